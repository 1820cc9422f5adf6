import { openApiDocument } from '#platform/http/openapi'
import type { Route } from '#platform/http/route'
import type { ApiContext } from './api-context.ts'
import { ingestRoutes } from './api-ingest/routes.ts'
import { statusRoutes } from './api-status/routes.ts'
import { entityRoutes } from './api-world/entity-routes.ts'
import { physicsRoutes } from './api-world/physics-routes.ts'
import { relationshipRoutes } from './api-world/relationship-routes.ts'
import { worldRoutes } from './api-world/world-routes.ts'

const described = [
  ...ingestRoutes,
  ...worldRoutes,
  ...entityRoutes,
  ...relationshipRoutes,
  ...physicsRoutes,
  ...statusRoutes,
]

let document: object | undefined

const openApi: Route<ApiContext> = {
  method: 'GET',
  path: '/openapi.json',
  operationId: 'openApi',
  summary: 'This document',
  responses: { 200: { description: 'OpenAPI 3.1' } },
  handle: async () => ({
    status: 200,
    body: (document ??= openApiDocument([...described, openApi] as Route<never>[])),
  }),
}

/** Every endpoint of the API. */
export const apiRoutes: Route<ApiContext>[] = [...described, openApi]
