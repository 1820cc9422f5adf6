import { createHash } from 'node:crypto'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import * as z from 'zod'
import { createMcpServer } from '#mcp/server'
import { type RouteOutput, route } from '#platform/http/route'
import type { ApiContext } from '../api-context.ts'
import { dispatchCaller } from './dispatch-caller.ts'

const message = z.unknown().meta({ type: 'object', description: 'A message of JSON-RPC 2.0' })

/**
 * The Model Context Protocol over streamable HTTP, without sessions and without streams: each POST is answered by one
 * JSON text, so that any process can answer it, behind a gateway too. GET and DELETE are of sessions, and are not taken.
 */
export const mcpRoute = route<ApiContext, never, never, typeof message>({
  method: 'POST',
  path: '/mcp',
  operationId: 'mcp',
  summary: 'Model Context Protocol (streamable HTTP, stateless): tools over the routes of this API',
  bodySchema: message,
  responses: { 200: { description: 'The answer' }, 202: { description: 'A notification was taken' } },
  handle: async (context, { principal, origin, headers, defaultWorld, body }) => {
    const caller = createHash('sha256').update(principal.subject).digest('hex').slice(0, 12)
    const api = dispatchCaller(context.dispatch, principal, origin.traceparent)
    const server = createMcpServer({ api, defaultWorld, caller, now: () => new Date() })
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
    await server.connect(transport)
    try {
      const request = new Request('http://orrery/mcp', { method: 'POST', headers: protocolHeaders(headers) })
      return await outputOf(await transport.handleRequest(request, { parsedBody: body }))
    } finally {
      await server.close()
    }
  },
})

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
