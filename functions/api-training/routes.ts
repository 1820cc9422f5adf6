import type { Route } from '#platform/http/route'
import type { ApiContext } from '../api-context.ts'
import { datasetRoutes } from './dataset-routes.ts'
import { entityRoutes } from './entities-route.ts'
import { epochRoutes } from './epoch-routes.ts'
import { sampleRoutes } from './sample-routes.ts'

/** Training sets: what there is, and their samples. */
export const trainingApiRoutes: Route<ApiContext>[] = [
  ...epochRoutes,
  ...sampleRoutes,
  ...datasetRoutes,
  ...entityRoutes,
]
