import { openApiDocument } from '#platform/http/openapi'
import type { Route } from '#platform/http/route'
import { chronicleApiRoutes } from './api-chronicle/routes.ts'
import type { ApiContext } from './api-context.ts'
import { ingestRoutes } from './api-ingest/routes.ts'
import { ledgerApiRoutes } from './api-ledger/routes.ts'
import { mcpRoute } from './api-mcp/route.ts'
import { statusRoutes } from './api-status/routes.ts'
import { worldApiRoutes } from './api-world/routes.ts'
import { scopeOf } from './route-scopes.ts'

const described = [
  ...ingestRoutes,
  ...worldApiRoutes,
  ...ledgerApiRoutes,
  ...chronicleApiRoutes,
  ...statusRoutes,
  mcpRoute,
]

// the same for every request but for where it came to: one gateway, or one domain, has one place
const documents = new Map<string, object>()

const documentAt = (basePath: string): object => {
  let document = documents.get(basePath)
  if (document === undefined) {
    document = openApiDocument([...described, openApi] as Route<never>[], scopeOf, basePath)
    documents.set(basePath, document)
  }
  return document
}

export const openApi: Route<ApiContext> = {
  method: 'GET',
  path: '/openapi.json',
  operationId: 'openApi',
  summary: 'This document',
  responses: { 200: { description: 'OpenAPI 3.1' } },
  handle: async (_, { url }) => ({
    status: 200,
    body: documentAt(url.pathname.slice(0, -'/openapi.json'.length)),
  }),
}

/** Every endpoint of the API. */
export const apiRoutes: Route<ApiContext>[] = [...described, openApi]
