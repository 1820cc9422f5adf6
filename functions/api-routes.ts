import type { Route } from '#platform/http/route'
import { chronicleApiRoutes } from './api-chronicle/routes.ts'
import type { ApiContext } from './api-context.ts'
import { ingestRoutes } from './api-ingest/routes.ts'
import { ledgerApiRoutes } from './api-ledger/routes.ts'
import { mcpRoute } from './api-mcp/route.ts'
import { queryApiRoutes } from './api-query/routes.ts'
import { openApi } from './api-status/openapi-route.ts'
import { statusRoutes } from './api-status/routes.ts'
import { syncApiRoutes } from './api-sync/routes.ts'
import { trainingApiRoutes } from './api-training/routes.ts'
import { worldApiRoutes } from './api-world/routes.ts'

/** Every endpoint of the API. */
export const apiRoutes: Route<ApiContext>[] = [
  ...ingestRoutes,
  ...worldApiRoutes,
  ...queryApiRoutes,
  ...ledgerApiRoutes,
  ...chronicleApiRoutes,
  ...syncApiRoutes,
  ...trainingApiRoutes,
  ...statusRoutes,
  mcpRoute,
  openApi,
]
