import type pg from 'pg'
import { findExpired } from '#retention/postgres/batches'
import { PastExpired } from '#retention/recall'
import { tablesOf } from '#retention/sources'
import type { PinnedSnapshot } from '../epoch.ts'

const lockText = `
  SELECT pg_advisory_xact_lock_shared(hashtextextended('orrery.training:' || world, 0)) FROM (
    SELECT DISTINCT unnest($1::text[]) AS world ORDER BY 1) w`

/**
 * Sees to it that nothing which the snapshots stand on expires between this and the end of the transaction, which stores what
 * keeps it from then on (layers/retention/forget.ts waits for that).
 *
 * @throws PastExpired where some has already.
 */
export const pinSnapshots = async (
  client: pg.ClientBase,
  snapshots: readonly Pick<PinnedSnapshot, 'worldId' | 'seq'>[],
): Promise<void> => {
  await client.query(lockText, [snapshots.map(({ worldId }) => worldId)])
  for (const { worldId, seq } of snapshots) {
    const gone = await findExpired(client, worldId, { sources: tablesOf('history'), at: seq })
    if (gone !== undefined) throw new PastExpired(gone.before)
  }
}
