import { requireSecure } from '#platform/http/loopback'
import { type ApiAnswer, type ApiCaller, cursorOfLink } from './api-caller.ts'

export interface HttpCallerOptions {
  /** Of the API, with whatever stands before its paths. */
  url: string
  /** Asked for each request, since tokens end; undefined: none is sent. */
  token: () => Promise<string | undefined>
}

/** A fork may take as long. */
const timeoutMs = 310_000

/** The API over HTTP. @throws Error for a URL that would send a token in the clear. */
export const httpCaller = ({ url, token }: HttpCallerOptions): ApiCaller => {
  requireSecure('the URL of the API', url)
  const base = url.replace(/\/+$/, '')
  return {
    call: async ({ method, path, query = {}, body, requestId }) => {
      const search = new URLSearchParams()
      for (const [name, value] of Object.entries(query))
        if (value !== undefined) search.set(name, String(value))
      const bearer = await token()
      try {
        const response = await fetch(`${base}${path}${search.size === 0 ? '' : `?${search}`}`, {
          method,
          headers: {
            ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(requestId !== undefined && { 'x-request-id': requestId }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          // a token is for this address, not for where it points
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        })
        return await answerOf(response)
      } catch (error) {
        return unreachable(base, error as Error)
      }
    },
  }
}

const answerOf = async (response: Response): Promise<ApiAnswer> => {
  const text = await response.text()
  const nextCursor = cursorOfLink(response.headers.get('link') ?? undefined)
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text), nextCursor }
}

const unreachable = (base: string, { message, cause }: Error): ApiAnswer => {
  const why = cause instanceof Error ? cause.message : message
  const detail = `${base} cannot be reached, or does not answer as the API does: ${why}`
  return { status: 503, body: { type: 'about:blank', title: 'API unreachable', status: 503, detail } }
}
