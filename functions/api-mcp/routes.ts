import type { Route } from '#platform/http/route'
import { chronicleApiRoutes } from '../api-chronicle/routes.ts'
import type { ApiContext } from '../api-context.ts'
import { ingestRoutes } from '../api-ingest/routes.ts'
import { queryApiRoutes } from '../api-query/routes.ts'
import { statusRoutes } from '../api-status/routes.ts'
import { worldApiRoutes } from '../api-world/routes.ts'
import { mcpRoute } from './route.ts'

/** The protocol, and the routes that its tools ask, in one process. */
export const mcpApiRoutes: Route<ApiContext>[] = [
  mcpRoute,
  ...worldApiRoutes,
  ...queryApiRoutes,
  ...chronicleApiRoutes,
  ...ingestRoutes,
  ...statusRoutes,
]
