import { HttpProblem } from '#platform/http/problem'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { ApiContext } from '../api-context.ts'

// the row is the world's lock: one write stands for all questions of some minutes
const wantText = `
  UPDATE worlds SET physics_wanted_until = now() + interval '5 minutes'
  WHERE world_id = $1 AND (physics_wanted_until IS NULL OR physics_wanted_until < now() + interval '2 minutes')`

/**
 * Has a world that nobody holds taken by a physics service, which is started for it where there is none.
 *
 * @throws what the queue of the demand throws; a world that is noted already is rung for all the same.
 */
export const wantPhysics = async (
  { readers, demand }: ApiContext,
  tenantId: string,
  worldId: string,
): Promise<void> => {
  await inTenantTransaction(readers, tenantId, (client) => client.query(wantText, [worldId]))
  await demand?.ring('asked', worldId)
}

export const physicsStarting = (world: string): HttpProblem =>
  new HttpProblem(
    503,
    'Physics not running',
    `No physics service answers for '${world}' now. One is being started for it; ask again shortly.`,
    { retryAfterSeconds: 15 },
  )
