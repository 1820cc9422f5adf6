import type { Route } from '#platform/http/route'
import type { ApiContext } from '../api-context.ts'
import { commitRoutes } from './commit-routes.ts'
import { erasureRoutes } from './erasure-routes.ts'
import { forceRoute } from './force-route.ts'
import { gammaRoutes } from './gamma-routes.ts'
import { jobRoutes } from './job-routes.ts'
import { layerRoutes } from './layer-routes.ts'
import { statusRoute } from './status-route.ts'
import { ticksRoute } from './ticks-route.ts'

/** The ledger: what external services bring, what was committed, and what its administrators do; and what they erase. */
export const ledgerApiRoutes: Route<ApiContext>[] = [
  ticksRoute,
  ...gammaRoutes,
  ...commitRoutes,
  statusRoute,
  forceRoute,
  ...layerRoutes,
  ...jobRoutes,
  ...erasureRoutes,
]
