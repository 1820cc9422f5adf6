import type { Scope } from '#platform/auth/principal'

/** A running Orrery, wherever it runs: what the end-to-end suite asks of it. */
export interface Target {
  /** Of the API, without a slash at its end. */
  url: string
  /** An access token of that tenant. */
  token(tenant: string, scopes: readonly Scope[]): Promise<string>
  /** An access token that ended a while ago. */
  expiredToken(tenant: string): Promise<string>
  stopDatabase(): Promise<void>
  startDatabase(): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the test expects it to be
type Body = any

export interface Answer {
  status: number
  headers: Headers
  body: Body
}

/** Sends JSON (or text as it is) and reads the answer as JSON. */
export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>

/** Calls with that token; without one, where there is none. */
export const callWith =
  ({ url }: Pick<Target, 'url'>, token?: string): Call =>
  async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
