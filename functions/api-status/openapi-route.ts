import type { Route } from '#platform/http/route'
import type { ApiContext } from '../api-context.ts'

export const openApi: Route<ApiContext> = {
  method: 'GET',
  path: '/openapi.json',
  operationId: 'openApi',
  summary: 'This document',
  responses: { 200: { description: 'OpenAPI 3.1' } },
  handle: async (_, { url }) => {
    // the schemas of every route are a megabyte that no other route of this function needs
    const { documentAt } = await import('../openapi-document.ts')
    return { status: 200, body: documentAt(url.pathname.slice(0, -'/openapi.json'.length)) }
  },
}
