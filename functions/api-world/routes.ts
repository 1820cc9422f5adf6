import type { Route } from '#platform/http/route'
import type { ApiContext } from '../api-context.ts'
import { componentRoutes } from './component-routes.ts'
import { componentTypeRoutes } from './component-type-routes.ts'
import { diffRoutes } from './diff-routes.ts'
import { entityCommandRoutes } from './entity-command-routes.ts'
import { entityRoutes } from './entity-routes.ts'
import { entityStateRoute } from './entity-state-route.ts'
import { forkRoutes } from './fork-routes.ts'
import { explainRoute } from './history/explain-route.ts'
import { historyRoute } from './history/history-route.ts'
import { momentsRoute } from './moments-route.ts'
import { physicsRoutes } from './physics-routes.ts'
import { promoteRoute } from './promote-route.ts'
import { regionRoutes } from './region-routes.ts'
import { relationshipRoutes } from './relationship-routes.ts'
import { sealingKeyRoutes } from './sealing-key-routes.ts'
import { spatialRoutes } from './spatial-routes.ts'
import { worldRoutes } from './world-routes.ts'

/** Worlds, what is in them, and their physics. */
export const worldApiRoutes: Route<ApiContext>[] = [
  ...worldRoutes,
  ...forkRoutes,
  promoteRoute,
  ...diffRoutes,
  momentsRoute,
  ...entityRoutes,
  ...componentTypeRoutes,
  ...componentRoutes,
  ...sealingKeyRoutes,
  ...entityCommandRoutes,
  entityStateRoute,
  historyRoute,
  explainRoute,
  ...relationshipRoutes,
  ...spatialRoutes,
  ...regionRoutes,
  ...physicsRoutes,
]
