import type { Route } from '#platform/http/route'
import type { ApiContext } from '../api-context.ts'
import { causesRoute } from './causes-route.ts'
import { chronicleRoutes } from './chronicle-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { listRoute } from './list-route.ts'
import { recordRoute } from './record-route.ts'

/** Chronicles: what is told of a world. */
export const chronicleApiRoutes: Route<ApiContext>[] = [
  ...chronicleRoutes,
  recordRoute,
  listRoute,
  ...eventRoutes,
  causesRoute,
]
