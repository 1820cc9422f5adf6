import type pg from 'pg'
import { inTenantTransaction } from '#platform/postgres/pool'
import { parseQuery } from '#world/query/parse'
import { type QueryAnswer, runQuery } from '#world/query/run'
import { findWorld } from '#world/read/worlds'
import { oneState } from '../../functions/api-context.ts'
import type { EcsWorld } from './ecs-world.ts'

/** As POST /worlds/{world}/query answers, but for its limit of time. */
export const askWorld = (
  readers: pg.Pool,
  { tenantId, name }: EcsWorld,
  text: string,
  asOf: number | null = null,
): Promise<QueryAnswer> => {
  const query = parseQuery(text)
  return inTenantTransaction(
    readers,
    tenantId,
    async (client) => {
      const { worldId } = (await findWorld(client, tenantId, name))!
      await client.query('SET LOCAL statement_timeout = 60000')
      return runQuery(client, { tenantId, worldId, readWorldId: worldId, asOf, query })
    },
    oneState,
  )
}

/** Rows of the answer: entities of the page, or groups, or 1 for a count. */
export const sizeOf = (answer: QueryAnswer): number =>
  'entities' in answer ? answer.entities.length : 'groups' in answer ? answer.groups.length : 1
