import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

const updateAsked = 'UPDATE chronicle_progress SET asked = asked + 1 WHERE world_id = $1'

/** There is something to derive that no chronicle event brought: the sweep finds the world. */
export const askProjection = async (client: pg.ClientBase, worldId: string): Promise<void> => {
  await client.query(prepared(updateAsked, [worldId]))
}
