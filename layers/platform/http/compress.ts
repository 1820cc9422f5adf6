import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip, type ZlibOptions } from 'node:zlib'
import type { RouteOutput } from './route.ts'

/** Whether a header Accept-Encoding allows gzip (RFC 9110, 12.5.3); without one an answer is sent as it is. */
export const acceptsGzip = (acceptEncoding: string | undefined): boolean => {
  const weights = new Map<string, number>()
  for (const one of (acceptEncoding ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = one.split(';').map((part) => part.trim())
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))
    weights.set(name, weight === undefined ? 1 : Number(weight.split('=')[1]))
  }
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0
}

/** Names in lower case; an array joins more than one. */
type Headers = Readonly<Record<string, string>>

/**
 * The answer as the request's Accept-Encoding has it: its stream or text compressed, each piece of a stream as soon as it is
 * there. A host that has to send texts takes that header away.
 *
 * @param memory `small`: of an answer that lasts, of which there may be a thousand at once.
 */
export const compressed = (
  headers: Headers,
  output: RouteOutput,
  memory: keyof typeof windows = 'usual',
): RouteOutput => {
  const stream = output.stream ?? [output.text ?? JSON.stringify(output.body)]
  if (!acceptsGzip(headers['accept-encoding'])) return withHeaders(output, vary)
  const { status } = output
  return withHeaders({ status, headers: output.headers, stream: gzip(stream, windows[memory]) }, gzipHeaders)
}

const vary = { vary: 'accept-encoding' }
const gzipHeaders = { ...vary, 'content-encoding': 'gzip' }

const withHeaders = (output: RouteOutput, headers: Record<string, string>): RouteOutput => ({
  ...output,
  headers: { ...output.headers, ...headers },
})

/** A fifth of a full state's bytes for 16 ms of CPU a MB; the default takes a half more time for 8 % fewer bytes. */
const level = 1

/** 256 KB a compressor, or 24. */
const windows = { usual: {}, small: { windowBits: 12, memLevel: 4 } }

async function* gzip(
  pieces: Iterable<string> | AsyncIterable<string | Uint8Array>,
  window: ZlibOptions,
): AsyncGenerator<Buffer> {
  const compressor = createGzip({ level, flush: constants.Z_SYNC_FLUSH, ...window })
  // its error is the compressor's, which the reader is told
  pipeline(Readable.from(pieces), compressor).catch(() => {})
  yield* compressor as AsyncIterable<Buffer>
}
