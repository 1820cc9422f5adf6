import type { paths } from './api-types.ts'
import { createTokenSource } from './token-source.ts'

type Method = 'get' | 'put' | 'post' | 'patch' | 'delete'

type Operation<P extends keyof paths, M extends Method> = paths[P][M]

/** The paths that have an operation of the method. */
type PathOf<M extends Method> = {
  [P in keyof paths]: Operation<P, M> extends { responses: unknown } ? P : never
}[keyof paths]

type PathPart<O> = O extends { parameters: { path: infer T } } ? { path: T } : unknown
type QueryPart<O> = O extends { parameters: { query: infer T } }
  ? { query: T }
  : O extends { parameters: { query?: infer T } }
    ? { query?: T }
    : unknown
type BodyPart<O> = O extends { requestBody: { content: { 'application/json': infer T } } }
  ? { body: T }
  : unknown
type Input<O> = PathPart<O> & QueryPart<O> & BodyPart<O> & { signal?: AbortSignal }

/** Of the good answers, the JSON; undefined: one without content. */
type Answer<O> = O extends { responses: infer R }
  ? { [S in keyof R & (200 | 201 | 202 | 204)]: JsonOf<R[S]> }[keyof R & (200 | 201 | 202 | 204)]
  : never
type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? T : undefined

/** An input without which nothing can be asked is asked for. */
type Arguments<O> = Record<never, never> extends Input<O> ? [input?: Input<O>] : [input: Input<O>]

/** A function for each method: `api.get('/worlds/{world}', { path: { world } })`. @throws ApiProblem */
export type Api = {
  [M in Method]: <P extends PathOf<M>>(
    path: P,
    ...input: Arguments<Operation<P, M>>
  ) => Promise<Answer<Operation<P, M>>>
} & {
  /** As `get`, of a list: also the `cursor` of the page that comes after; undefined: this one is the last. */
  page<P extends PathOf<'get'>>(
    path: P,
    ...input: Arguments<Operation<P, 'get'>>
  ): Promise<{ body: Answer<Operation<P, 'get'>>; next: string | undefined }>
}

/** The API refused, or could not answer; `problem` is its RFC 9457 document. */
export class ApiProblem extends Error {
  readonly code = 'api-problem'
  readonly status: number
  readonly problem: { title?: string; detail?: string; errors?: { field: string; message: string }[] }
  constructor(status: number, problem: ApiProblem['problem']) {
    super(problem.detail ?? problem.title ?? `the API answers ${status}`)
    this.status = status
    this.problem = problem
  }
}

export interface ApiOptions {
  /** Of the API; an empty one is where the page comes from. */
  url: string
  /** Resolves to an access token; asked again when one is refused. */
  token?: () => Promise<string>
  fetch?: typeof fetch
}

/** The whole API, typed by its OpenAPI document. */
export const createApi = (options: ApiOptions): Api => {
  const ask = createAsk(options)
  const of =
    (method: Method) =>
    async (path: string, input: AnyInput = {}) =>
      (await ask(method, path, input)).body
  const page = (path: string, input: AnyInput = {}) => ask('get', path, input)
  const api = { get: of('get'), put: of('put'), post: of('post'), patch: of('patch'), delete: of('delete') }
  return { ...api, page } as unknown as Api
}

interface AnyInput {
  path?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  signal?: AbortSignal
}

const createAsk = ({ url, token, fetch: ownFetch }: ApiOptions) => {
  const tokens = createTokenSource(token)
  const send = async (method: Method, path: string, { path: names, query, body, signal }: AnyInput) => {
    const { text, failure } = await tokens.get()
    if (failure !== null) throw new ApiProblem(401, { detail: failure.detail })
    return (ownFetch ?? globalThis.fetch)(url.replace(/\/+$/, '') + filled(path, names) + search(query), {
      method: method.toUpperCase(),
      headers: {
        accept: 'application/json',
        ...(text !== null && { authorization: `Bearer ${text}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
  }
  return async (method: Method, path: string, input: AnyInput) => {
    let answer = await send(method, path, input)
    if (answer.status === 401 && token !== undefined) {
      // it has expired: nothing was done
      tokens.forget()
      answer = await send(method, path, input)
    }
    const text = await answer.text()
    if (!answer.ok) throw new ApiProblem(answer.status, problemOf(text))
    return { body: text === '' ? undefined : JSON.parse(text), next: cursorAfter(answer.headers.get('link')) }
  }
}

/** Of the header Link (RFC 8288), as lists of the API have it. */
const cursorAfter = (link: string | null): string | undefined => {
  const address = /<([^>]*)>;\s*rel="next"/.exec(link ?? '')?.[1]
  return address === undefined
    ? undefined
    : (new URL(address, 'http://api').searchParams.get('cursor') ?? undefined)
}

const filled = (path: string, names: Record<string, unknown> = {}): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(names[name])))

const search = (query: Record<string, unknown> = {}): string => {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, String(one)]))
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

const problemOf = (text: string): ApiProblem['problem'] => {
  try {
    return JSON.parse(text)
  } catch {
    return { detail: text.slice(0, 200) }
  }
}
