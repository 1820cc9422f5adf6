import { setTimeout as delay } from 'node:timers/promises'

/** A problem document (RFC 9457), as far as it is shown. */
export interface ProblemDocument {
  title?: string
  detail?: string
  errors?: { field: string; message: string }[]
}

/** The API refused the request for good; sending it again is of no use. */
export class RequestRefused extends Error {
  readonly code = 'request-refused'
  readonly status: number
  readonly problem: ProblemDocument

  constructor(status: number, problem: ProblemDocument) {
    super(problem.detail ?? problem.title ?? `the API answered ${status}`)
    this.status = status
    this.problem = problem
  }
}

/** The API gave no usable answer for so long that there is no point in waiting on. */
export class ApiAway extends Error {
  readonly code = 'api-away'
}

export interface ClientOptions {
  url: string
  /** Sent with every request; undefined: none is needed. */
  token?: string | undefined
  /** A line about what is waited for. */
  note: (text: string) => void
  /** How long one request is tried; default 5 minutes. */
  patienceMs?: number
}

export interface Answer {
  status: number
  body: unknown
}

/** One try takes at most this; a full batch takes seconds. */
const tryMs = 120_000
const firstBackoffMs = 250
const maxBackoffMs = 10_000

/**
 * Sends a request until the API takes it or refuses it: no answer, 429 and every 5xx are tried again, after
 * Retry-After where it is given. Give writes an X-Request-Id, so that one whose answer was lost is not
 * applied twice. Answers 404 as well as 2xx.
 *
 * @throws RequestRefused, ApiAway
 */
export const request = async (options: ClientOptions, path: string, init: RequestInit): Promise<Answer> => {
  const { url, token, note, patienceMs = 300_000 } = options
  const headers = new Headers(init.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const until = performance.now() + patienceMs
  for (let backoffMs = firstBackoffMs; ; backoffMs = Math.min(maxBackoffMs, backoffMs * 2)) {
    const outcome = await tryOnce(`${url}${path}`, { ...init, headers })
    if ('answer' in outcome) return outcome.answer
    if (performance.now() > until) throw new ApiAway(`${url} does not take requests: ${outcome.why}`)
    note(`${outcome.why}, trying again`)
    await delay(outcome.afterMs ?? backoffMs)
  }
}

type Outcome = { answer: Answer } | { why: string; afterMs?: number | undefined }

const tryOnce = async (url: string, init: RequestInit): Promise<Outcome> => {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(tryMs) })
    const { status } = response
    const text = await response.text()
    if (status === 429 || status >= 500)
      return { why: `the API answers ${status}`, afterMs: retryAfterMs(response) }
    const body = parseJson(text)
    if (response.ok || status === 404) return { answer: { status, body } }
    throw new RequestRefused(status, (body ?? {}) as ProblemDocument)
  } catch (error) {
    if (error instanceof RequestRefused) throw error
    return { why: `no answer (${causeOf(error)})` }
  }
}

/** In seconds (RFC 9110); a date is as good as none. */
const retryAfterMs = ({ headers }: Response): number | undefined => {
  const value = headers.get('retry-after') ?? ''
  return /^\d+$/.test(value) ? Math.min(60, Number(value)) * 1_000 : undefined
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** fetch says only that it failed; why is in the cause. */
const causeOf = (error: unknown): string => {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string }
  return cause?.code ?? cause?.message ?? message
}

/** Whether anything answers at the URL at all. */
export const isReachable = async (url: string): Promise<boolean> => {
  try {
    await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(10_000) })
    return true
  } catch {
    return false
  }
}
