import type { Route } from '#platform/http/route'
import type { ApiContext } from '../../api-context.ts'
import { askContextRoute } from './ask-context-route.ts'
import { graphRoutes } from './graph-routes.ts'
import { questionRoutes } from './question-routes.ts'
import { timelineRoute } from './timeline-route.ts'

/** Questions across entities and chronicles. */
export const questionApiRoutes: Route<ApiContext>[] = [
  ...questionRoutes,
  ...graphRoutes,
  timelineRoute,
  askContextRoute,
]
