import type { Route } from '#platform/http/route'
import type { ApiContext } from '../api-context.ts'
import { entityCommandRoutes } from './entity-command-routes.ts'

/** The ledger: ticks and commands of entities. */
export const ledgerApiRoutes: Route<ApiContext>[] = [...entityCommandRoutes]
