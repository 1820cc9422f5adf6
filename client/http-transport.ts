import type { Cast } from './changes.ts'
import { formatCursor } from './cursor.ts'
import type { Failure } from './failure.ts'
import { readFullState } from './full-state.ts'
import { failureOfAnswer, failureOfError } from './http-failure.ts'
import { readMessage } from './messages.ts'
import type { Transport } from './runtime.ts'
import type { StreamEncoding } from './stream-encoding.ts'
import { readTickSnapshots } from './tick-snapshots.ts'
import type { TokenSource } from './token-source.ts'

export interface HttpOptions {
  /** Of the API; an empty one is where the page comes from. */
  url: string
  cast: Cast
  encoding: StreamEncoding
  tokens: TokenSource
  fetch: typeof fetch
  /** The world and the filter, as they are now. */
  query(): Record<string, string>
  /** Of the stream alone. */
  streamQuery(): Record<string, string>
}

/** The server, by fetch. */
export const createHttpTransport = (options: HttpOptions): Transport => {
  const { cast, encoding, tokens } = options
  const ask = (path: string, query: Record<string, string>, accept: string): Ask => ({
    ...{ options, address: addressOf(options, path, query), accept },
  })
  return {
    openStream(cursor, listener) {
      const query = { ...options.streamQuery(), cast, cursor: formatCursor(cursor) }
      return request(ask('/events', query, encoding.accept), listener.failed, async (answer, isWanted) => {
        listener.opened()
        const read = encoding.createReader()
        for await (const chunk of chunksOf(answer)) {
          if (!isWanted()) return
          listener.heard()
          for (const data of read(chunk)) {
            const message = readMessage(data)
            if (message !== null && isWanted()) listener.message(message)
          }
        }
        if (isWanted()) listener.failed({ kind: 'network', detail: 'the stream ended' })
      })
    },
    fetchInit(listener) {
      const wanted = ask('/world/init', {}, 'application/x-ndjson, application/json;q=0.9')
      return request(wanted, listener.failed, async (answer, isWanted) => {
        const isLines = answer.headers.get('content-type')?.includes('ndjson') ?? false
        const chunks = heardChunks(answer, () => isWanted() && listener.heard())
        const state = await readFullState(chunks, isLines, cast)
        if (isWanted()) listener.done(state)
      })
    },
    fetchSnapshots({ from, to }, listener) {
      const query = { from: String(from), to: String(to) }
      return request(
        ask('/world/snapshots', query, 'application/json'),
        listener.failed,
        async (answer, isWanted) => {
          const snapshots = readTickSnapshots(await answer.json(), cast)
          if (isWanted()) listener.done(snapshots)
        },
      )
    },
    forgetToken: tokens.forget,
  }
}

export const addressOf = ({ url, query }: HttpOptions, path: string, more: Record<string, string>): string =>
  `${url.replace(/\/+$/, '')}${path}?${new URLSearchParams({ ...query(), ...more })}`

interface Ask {
  options: HttpOptions
  address: string
  accept: string
}

/** Sends a request and has a good answer read; tells a failure once, and nothing after it was cancelled. */
const request = (
  { options, address, accept }: Ask,
  failed: (failure: Failure) => void,
  read: (answer: Response, isWanted: () => boolean) => Promise<void>,
): (() => void) => {
  const abort = new AbortController()
  const { signal } = abort
  const isWanted = () => !signal.aborted
  const run = async (): Promise<Failure | null> => {
    const token = await options.tokens.get()
    if (!isWanted()) return null
    const authorization: Record<string, string> =
      token.text === null ? {} : { authorization: `Bearer ${token.text}` }
    if (token.failure !== null) return token.failure
    const headers = { accept, ...authorization }
    const answer = await options.fetch(address, { headers, signal, cache: 'no-store' })
    if (!answer.ok) return failureOfAnswer(answer)
    await read(answer, isWanted)
    return null
  }
  run()
    .catch(failureOfError)
    .then((failure) => {
      if (failure === null || !isWanted()) return
      // also lets go of an answer that made no sense
      abort.abort()
      failed(failure)
    })
  return () => abort.abort()
}

/** Not by iterating over the body, which Safari cannot. */
async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body === null) return
  const reader = body.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    reader.releaseLock()
  }
}

async function* heardChunks(answer: Response, heard: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunksOf(answer)) {
    heard()
    yield chunk
  }
}
