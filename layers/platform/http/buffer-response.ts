import { asProblem, respondWithProblem } from './dispatch.ts'
import type { LambdaResponse } from './lambda.ts'
import { HttpProblem } from './problem.ts'

/** An answer whose body is one text: what a function returns that does not stream. */
export interface BufferedResponse extends LambdaResponse {
  body: string
}

/** Of what a function returns, as JSON, with its envelope. */
const responseLimitBytes = 6 * 1024 * 1024

/** Headers and the rest of the envelope. */
const envelopeBytes = 16 * 1024

/**
 * Collects a streamed body. One that breaks off becomes a problem, since nothing of it has been sent, and so does
 * one that is too large for AWS Lambda.
 */
export const bufferResponse = async (
  response: LambdaResponse,
  reportFault: (error: unknown, requestId: string) => void,
): Promise<BufferedResponse> => {
  try {
    const { body } = response
    const text = typeof body === 'string' ? body : await collect(body)
    if (text === undefined || !fits(text)) throw tooLarge()
    return { ...response, body: text }
  } catch (error) {
    const requestId = response.headers['x-request-id']!
    const problem = respondWithProblem(asProblem(error, requestId, reportFault), requestId)
    return { statusCode: problem.status, headers: problem.headers, body: problem.body }
  }
}

/**
 * Undefined where it is too large in any case; then the rest is not read.
 *
 * @throws HttpProblem 406 for bytes, which have no place in a JSON text
 */
const collect = async (stream: AsyncIterable<string | Uint8Array>): Promise<string | undefined> => {
  const pieces: string[] = []
  let length = 0
  for await (const piece of stream) {
    if (typeof piece !== 'string') throw onlyText()
    pieces.push(piece)
    length += piece.length
    if (length > responseLimitBytes) return undefined
  }
  return pieces.join('')
}

/** JSON within JSON: every quotation mark of the body is two bytes. */
const fits = (text: string): boolean =>
  text.length < responseLimitBytes / 6 - envelopeBytes ||
  Buffer.byteLength(JSON.stringify(text)) + envelopeBytes <= responseLimitBytes

const onlyText = (): HttpProblem =>
  new HttpProblem(
    406,
    'Only text here',
    'This server does not stream, so it cannot send binary answers: ask without this header Accept.',
    { errors: [{ field: 'headers.Accept', message: 'must be a text type, such as text/event-stream' }] },
  )

const tooLarge = (): HttpProblem =>
  new HttpProblem(
    422,
    'Answer too large',
    'The answer has more than 6 MB, more than this server can send at once: ask for ?view=summary, or for less with a smaller ?limit.',
    { errors: [{ field: 'query.limit', message: 'must be smaller for an answer of at most 6 MB' }] },
  )
