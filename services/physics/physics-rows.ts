import type pg from 'pg'
import { boolArray, float8Array, textArray } from '#platform/postgres/binary-array'
import { inTransaction, prepared } from '#platform/postgres/pool'
import { columns, flag } from './bodies.ts'
import type { BodyCut } from './cut.ts'
import { idArray } from './id-array.ts'
import { checkFence, fence, fenceValues, type Lease, LeaseLost } from './lease.ts'

const rowColumns = `${columns.join(', ')}, anchored`
const unnest = `unnest($4::text[], ${columns.map((_, index) => `$${index + 5}::float8[]`).join(', ')}, $14::bool[])
  AS u (entity_id, ${rowColumns})`

const updateText = `${fence}
  UPDATE entity_physics_state s SET tick = $15, seq = $16, ${[...columns, 'anchored'].map((name) => `${name} = u.${name}`).join(', ')}
  FROM ${unnest}
  WHERE (SELECT count(*) FROM fence) = 1 AND s.world_id = $1 AND s.entity_id = u.entity_id`

const upsertText = `
  INSERT INTO entity_physics_state AS s (world_id, tenant_id, entity_id, ${rowColumns}, tick, seq)
  SELECT $1, $2, u.entity_id, ${[...columns, 'anchored'].map((name) => `u.${name}`).join(', ')}, $3, $15
  FROM ${unnest}
  ORDER BY u.entity_id
  ON CONFLICT (world_id, entity_id) DO UPDATE SET tick = excluded.tick, seq = excluded.seq,
    ${[...columns, 'anchored'].map((name) => `${name} = excluded.${name}`).join(', ')}`

/** Bodies of a cut, `from` to `to` - 1. */
export interface RowRange {
  cut: BodyCut
  from: number
  to: number
}

/**
 * Writes the rows of these bodies as of a tick and the last event in it, in one fenced transaction; rows that
 * are missing are made. Rows are updated in whatever order: no other writer updates rows, and only one holder
 * has a fence. Those that are made go in the order of ids, as the writers of entities do, who may make the
 * same ones.
 *
 * @throws LeaseLost
 */
export const writeRows = async (
  pool: pg.Pool,
  lease: Lease,
  { cut, from, to }: RowRange,
  { tick, seq }: { tick: number; seq: number },
): Promise<void> => {
  const range = { cut, from, to }
  const values = [...fenceValues(lease), ...valuesOf(range), tick, seq]
  const { rowCount } = await pool.query(prepared(updateText, values))
  if (rowCount === to - from) return
  await inTransaction(pool, async (client) => {
    await checkFence(client, lease)
    await putRows(client, lease, range, { tick, seq })
  })
}

const valuesOf = ({ cut, from, to }: RowRange): Buffer[] => [
  idArray(cut.ids, from, to),
  ...columns.map((column) => float8Array(cut[column].subarray(from, to))),
  boolArray(cut.flags.subarray(from, to).map((flags) => flags & flag.anchored)),
]

/** The same in a transaction that has the lease's row already. */
export const putRows = async (
  client: pg.ClientBase,
  { worldId, tenantId }: Lease,
  range: RowRange,
  { tick, seq }: { tick: number; seq: number },
): Promise<void> => {
  await client.query(prepared(upsertText, [worldId, tenantId, tick, ...valuesOf(range), seq]))
}

const deleteText = `${fence}, gone AS (
    DELETE FROM entity_physics_state
    WHERE world_id = $1 AND entity_id = ANY ($4::text[]) AND (SELECT count(*) FROM fence) = 1
  )
  SELECT count(*)::int AS held FROM fence`

/** Removes the rows of entities that are gone, in one fenced transaction. @throws LeaseLost */
export const deleteRows = async (
  database: pg.ClientBase | pg.Pool,
  lease: Lease,
  entityIds: string[],
): Promise<void> => {
  const { rows } = await database.query<{ held: number }>(
    prepared(deleteText, [...fenceValues(lease), textArray(entityIds)]),
  )
  if (rows[0]!.held !== 1) throw new LeaseLost(lease.worldId)
}
