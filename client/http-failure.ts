import type { Failure } from './failure.ts'
import { ProtocolFault } from './protocol-fault.ts'

/** What an answer other than the wanted one says (RFC 9457 where it is a problem document). */
export const failureOfAnswer = async (answer: Response): Promise<Failure> => {
  const { status } = answer
  const text = await answer.text().catch(() => '')
  const retryAfterMs = retryAfter(answer.headers.get('retry-after'))
  return {
    ...{ kind: 'http', status, detail: `${status}: ${problemText(text)}` },
    ...(retryAfterMs !== null && { retryAfterMs }),
  }
}

const problemText = (text: string): string => {
  try {
    const { title, detail, errors = [] } = JSON.parse(text)
    const fields = errors.map(
      ({ field, message }: { field: string; message: string }) => `${field} ${message}`,
    )
    return [detail ?? title ?? text, ...fields].join('; ').slice(0, 500)
  } catch {
    return text.slice(0, 200) || 'no further detail'
  }
}

/** Seconds; a date, which the clocks of both sides would have to agree on, is not asked for by Orrery. */
const retryAfter = (header: string | null): number | null => {
  const seconds = Number(header)
  return header === null || !(seconds >= 0) ? null : Math.min(seconds, 300) * 1000
}

/** What was thrown on the way to an answer, or while it was read. */
export const failureOfError = (error: unknown): Failure => ({
  kind: error instanceof ProtocolFault ? 'protocol' : 'network',
  detail: error instanceof Error ? error.message : String(error),
})
