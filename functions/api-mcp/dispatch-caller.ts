import { type ApiCaller, cursorOfLink } from '#mcp/api-caller'
import type { Principal } from '#platform/auth/principal'
import type { ApiResponse, Dispatch } from '#platform/http/dispatch'

/**
 * The API's own dispatch in the name of whoever asks: scopes, limits and schemas hold as for any other request, and
 * each one is counted.
 */
export const dispatchCaller = (dispatch: Dispatch, principal: Principal, traceparent: string): ApiCaller => ({
  call: async ({ method, path, query = {}, body, requestId }) => {
    const given = Object.entries(query).filter(([, value]) => value !== undefined)
    const response = await dispatch({
      ...{ method, path, principal },
      query: Object.fromEntries(given.map(([name, value]) => [name, [String(value)]])),
      headers: {
        ...{ traceparent, 'content-type': 'application/json' },
        ...(requestId !== undefined && { 'x-request-id': requestId }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await textOf(response)
    return {
      status: response.status,
      body: text === '' ? undefined : JSON.parse(text),
      nextCursor: cursorOfLink(response.headers.link),
    }
  },
})

const textOf = async ({ body }: ApiResponse): Promise<string> => {
  if (typeof body === 'string') return body
  const pieces: string[] = []
  for await (const piece of body)
    pieces.push(typeof piece === 'string' ? piece : Buffer.from(piece).toString())
  return pieces.join('')
}
