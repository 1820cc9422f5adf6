import type { Route } from '#platform/http/route'
import type { ApiContext } from '../../api-context.ts'
import { epochRoutes } from './epoch-routes.ts'

/** Training sets: what there is, and their samples. */
export const trainingRoutes: Route<ApiContext>[] = [...epochRoutes]
