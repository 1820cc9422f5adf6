import * as z from 'zod'
import { notFound } from '#platform/http/problem'
import { route } from '#platform/http/route'
import type { ApiContext } from '../api-context.ts'

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
  handle: async ({ mcp, dispatch }, input) => {
    if (mcp === undefined) throw notFound('this host has no tools')
    return mcp(dispatch, input)
  },
})
