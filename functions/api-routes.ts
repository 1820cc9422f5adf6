import { openApiDocument } from '#platform/http/openapi'
import type { Route } from '#platform/http/route'
import type { ApiContext } from './api-context.ts'
import { ingestRoutes } from './api-ingest/routes.ts'
import { statusRoutes } from './api-status/routes.ts'
import { worldApiRoutes } from './api-world/routes.ts'
import { scopeOf } from './route-scopes.ts'

const described = [...ingestRoutes, ...worldApiRoutes, ...statusRoutes]

let document: object | undefined

export const openApi: Route<ApiContext> = {
  method: 'GET',
  path: '/openapi.json',
  operationId: 'openApi',
  summary: 'This document',
  responses: { 200: { description: 'OpenAPI 3.1' } },
  handle: async () => ({
    status: 200,
    body: (document ??= openApiDocument([...described, openApi] as Route<never>[], scopeOf)),
  }),
}

/** Every endpoint of the API. */
export const apiRoutes: Route<ApiContext>[] = [...described, openApi]
