import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

/** Somebody else projects this world at the moment. */
export class ProjectionBusy extends Error {
  readonly code = 'projection-busy'

  constructor(worldId: string) {
    super(`the chronicles of ${worldId} are being projected by somebody else`)
  }
}

const tryLock = `SELECT pg_try_advisory_xact_lock(hashtextextended('orrery.chronicle/' || $1, 0)) AS locked`

/**
 * The world's projection is this transaction's until it ends.
 *
 * @throws ProjectionBusy
 */
export const lockProjection = async (client: pg.ClientBase, worldId: string): Promise<void> => {
  const { rows } = await client.query<{ locked: boolean }>(prepared(tryLock, [worldId]))
  if (!rows[0]!.locked) throw new ProjectionBusy(worldId)
}
