import type { Problem } from '#platform/http/problem'

/** One request of a tool to the API. */
export interface ApiCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Percent-encoded, without the query: see `path`. */
  path: string
  /** Fields that are undefined are left out. */
  query?: Record<string, string | number | undefined>
  /** Sent as JSON. */
  body?: unknown
  /** The same id again is applied once; default: a new one. */
  requestId?: string | undefined
}

export interface ApiAnswer {
  status: number
  /** JSON; undefined where there is no content. */
  body: unknown
  /** Of the Link header of a page that is not the last. */
  nextCursor?: string | undefined
}

/** The API, as whoever asks may use it: over HTTP with their token, or in process with their principal. */
export interface ApiCaller {
  /** Answers problems as they are; where the API cannot be reached, one that says so. */
  call(request: ApiCall): Promise<ApiAnswer>
}

/** A request that the API, or a tool before it, has refused. */
export class ApiProblem extends Error {
  readonly code = 'api-problem'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.status} ${problem.title}: ${problem.detail}`)
    this.problem = problem
  }
}

/** The body of a good answer, with `nextCursor` where there is another page. @throws ApiProblem for any other one. */
export const ask = async (api: ApiCaller, request: ApiCall): Promise<Record<string, unknown>> => {
  const { status, body, nextCursor } = await api.call(request)
  if (status >= 400) throw new ApiProblem(problemOf(status, body))
  const content = isObject(body) ? body : body === undefined ? {} : { answer: body }
  return nextCursor === undefined ? content : { ...content, nextCursor }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A gateway before the API answers in words of its own. */
const problemOf = (status: number, body: unknown): Problem => {
  if (isObject(body) && typeof body.title === 'string' && typeof body.detail === 'string')
    return { ...body, status } as Problem
  const detail = isObject(body) && typeof body.message === 'string' ? body.message : `It answered ${status}.`
  return { type: 'about:blank', title: 'Refused', status, detail }
}

/** A path whose parts in `${}` are one segment each, percent-encoded. */
export const path = (texts: TemplateStringsArray, ...segments: string[]): string =>
  texts.reduce((whole, text, index) => whole + encodeURIComponent(segments[index - 1]!) + text)

const linkPattern = /<([^>]*)>\s*;\s*rel="next"/

/** The cursor in a Link header (RFC 8288) of the API. */
export const cursorOfLink = (link: string | undefined): string | undefined => {
  const target = linkPattern.exec(link ?? '')?.[1]
  return target === undefined
    ? undefined
    : (new URL(target, 'http://orrery').searchParams.get('cursor') ?? undefined)
}
