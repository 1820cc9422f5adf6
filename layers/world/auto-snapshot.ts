import type pg from 'pg'
import { int8Array, uuidArray } from '#platform/postgres/binary-array'
import { inTransaction } from '#platform/postgres/pool'

interface DueWorld {
  world_id: string
  tenant_id: string
  seq: number
}

// a world without a snapshot yet is due so long after it was made
const selectDue = `
  SELECT w.world_id, w.tenant_id, w.seq FROM worlds w
  LEFT JOIN LATERAL (
    SELECT seq, created_at FROM scene_snapshots WHERE world_id = w.world_id ORDER BY created_at DESC, snapshot_id DESC LIMIT 1
  ) s ON true
  WHERE (w.settings->'snapshots'->>'everyMinutes')::float8 > 0
    AND w.seq > coalesce(s.seq, 0)
    AND coalesce(s.created_at, w.created_at) <= $1::timestamptz
      - make_interval(secs => 60 * (w.settings->'snapshots'->>'everyMinutes')::float8)`

const insertSnapshots = `
  INSERT INTO scene_snapshots (snapshot_id, world_id, tenant_id, seq, cause, created_at)
  SELECT u.snapshot_id, u.world_id, u.tenant_id, u.seq, '{}', date_trunc('milliseconds', $5::timestamptz)
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int8[]) AS u (snapshot_id, world_id, tenant_id, seq)`

const resetCounters = 'UPDATE worlds SET updates_since_snapshot = 0 WHERE world_id = ANY ($1::uuid[])'

/**
 * Cuts a scene snapshot of each world that changed since its last one and whose `snapshots.everyMinutes` has
 * passed. Meant to be called every so often by a scheduler; of two calls at once one does nothing. `pool`
 * connects as orrery_background. Answers how many it made.
 */
export const takeDueSnapshots = (pool: pg.Pool, now: Date, newId: () => string): Promise<number> =>
  inTransaction(pool, async (client) => {
    const lock = `SELECT pg_try_advisory_xact_lock(hashtext('orrery.auto-snapshot')) AS taken`
    const { rows: locks } = await client.query<{ taken: boolean }>(lock)
    if (!locks[0]!.taken) return 0
    const { rows } = await client.query<DueWorld>(selectDue, [now])
    if (rows.length === 0) return 0
    const worldIds = uuidArray(rows.map(({ world_id }) => world_id))
    const tenants = rows.map(({ tenant_id }) => tenant_id)
    const seqs = int8Array(rows.map(({ seq }) => seq))
    await client.query(insertSnapshots, [uuidArray(rows.map(() => newId())), worldIds, tenants, seqs, now])
    await client.query(resetCounters, [worldIds])
    return rows.length
  })
