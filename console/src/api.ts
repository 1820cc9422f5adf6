import { type Api, ApiProblem, createApi } from '../../client/index.ts'
import type { ConsoleConfig } from './config.ts'

/** How views reach the API: made once, at the start. */
interface Access {
  api: Api
  url: string
  token: (() => Promise<string>) | undefined
  /** What the token allows; undefined: nobody signed in, and everything is. */
  scopes: ReadonlySet<string> | undefined
}

let access: Access | undefined

export const connect = (
  { apiUrl }: ConsoleConfig,
  login?: { token: () => Promise<string>; scopes: ReadonlySet<string> },
): void => {
  const { token, scopes } = login ?? {}
  access = { api: createApi({ url: apiUrl, ...(token && { token }) }), url: apiUrl, token, scopes }
}

/** Whether what needs a scope is offered; the API decides in the end. */
export const may = (scope: 'world:write' | 'world:admin'): boolean => connected().scopes?.has(scope) ?? true

const connected = (): Access => {
  if (access === undefined) throw new Error('the API is asked before the console has begun')
  return access
}

/** The API, typed by its OpenAPI document: `api().get('/worlds/{world}', { path: { world } })`. @throws ApiProblem */
export const api = (): Api => connected().api

/** What createStateSync needs beside the world. */
export const syncAccess = (): { url: string; token?: () => Promise<string> } => {
  const { url, token } = connected()
  return { url, ...(token && { token }) }
}

/** What went wrong, for people: the fields that the API named, or its detail. */
export const explain = (error: unknown): string => {
  if (error instanceof ApiProblem && error.problem.errors?.length)
    return error.problem.errors.map(({ field, message }) => `${field} ${message}`).join('; ')
  return error instanceof Error ? error.message : String(error)
}
