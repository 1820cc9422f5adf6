import { createHash } from 'node:crypto'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { createMcpServer } from '#mcp/server'
import type { RouteOutput } from '#platform/http/route'
import type { AnswerMcp } from '../api-context.ts'
import { dispatchCaller } from './dispatch-caller.ts'

/** Answers one message by a server and a transport of its own: no process keeps a session. */
export const answerMcp: AnswerMcp = async (dispatch, { principal, origin, headers, defaultWorld, body }) => {
  const caller = createHash('sha256').update(principal.subject).digest('hex').slice(0, 12)
  const api = dispatchCaller(dispatch, principal, origin.traceparent)
  const server = createMcpServer({ api, defaultWorld, caller, now: () => new Date() })
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  try {
    const request = new Request('http://orrery/mcp', { method: 'POST', headers: protocolHeaders(headers) })
    return await outputOf(await transport.handleRequest(request, { parsedBody: body }))
  } finally {
    await server.close()
  }
}

/** What the transport looks at. */
const protocolHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    ['accept', 'content-type', 'mcp-protocol-version'].flatMap((name) =>
      headers[name] === undefined ? [] : [[name, headers[name]]],
    ),
  )

const outputOf = async (response: Response): Promise<RouteOutput> => {
  const text = await response.text()
  return { status: response.status, ...(text !== '' && { text }) }
}
