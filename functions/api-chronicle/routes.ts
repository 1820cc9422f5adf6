import type { Route } from '#platform/http/route'
import type { ApiContext } from '../api-context.ts'
import { causesRoute } from './causes-route.ts'
import { chronicleRoutes } from './chronicle-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { listRoute } from './list-route.ts'
import { projectionRoutes } from './projection-routes.ts'
import { questionApiRoutes } from './questions/routes.ts'
import { recordRoute } from './record-route.ts'
import { rulesRoutes } from './rules-routes.ts'

/** Chronicles: what is told of a world. */
export const chronicleApiRoutes: Route<ApiContext>[] = [
  // before the routes of one chronicle, whose id could be the same word
  ...rulesRoutes,
  ...projectionRoutes,
  ...chronicleRoutes,
  recordRoute,
  listRoute,
  ...eventRoutes,
  causesRoute,
  ...questionApiRoutes,
]
