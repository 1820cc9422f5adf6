import type pg from 'pg'
import { textArray, uuidArray } from '#platform/postgres/binary-array'
import { inTransaction, prepared } from '#platform/postgres/pool'
import { nameKey, targetKeyOf } from '../names.ts'
import type { EventName, IdentityOperation } from '../operations.ts'
import type { DerivationScope } from '../scope.ts'
import { findNamed } from './find-named.ts'

const selectBound = `
  SELECT b.name_key, b.into_id
  FROM unnest($2::uuid[]) AS k (name_key)
  JOIN chronicle_bindings b ON b.world_id = $1 AND b.kind = 'found' AND b.name_key = k.name_key`

/** The entities that were in the world under those names when they first came up. */
export const loadBound = async (
  client: pg.ClientBase,
  worldId: string,
  keys: readonly string[],
): Promise<Map<string, string>> => {
  if (keys.length === 0) return new Map()
  const { rows } = await client.query<{ name_key: string; into_id: string }>(
    prepared(selectBound, [worldId, uuidArray(keys)]),
  )
  return new Map(rows.map((row) => [row.name_key, row.into_id]))
}

const selectMade = `
  SELECT c.target_key FROM unnest($2::uuid[]) AS k (target_key)
  JOIN chronicle_creations c ON c.world_id = $1 AND c.target_key = k.target_key`

const insertFound = `
  INSERT INTO chronicle_bindings (world_id, number, tenant_id, kind, name_key, into_id, created_at)
  SELECT $1, (SELECT coalesce(max(number), 0) FROM chronicle_bindings WHERE world_id = $1) + f.ordinal, $2, 'found',
    f.name_key, f.into_id, now()
  FROM unnest($3::uuid[], $4::text[]) WITH ORDINALITY AS f (name_key, into_id, ordinal)`

const lockNumbers = `SELECT pg_advisory_xact_lock(hashtextextended('orrery.chronicle-bindings/' || $1, 0))`

/** Whoever adds a binding has the next number to himself until his transaction ends. */
export const lockBindings = async (client: pg.ClientBase, worldId: string): Promise<void> => {
  await client.query(prepared(lockNumbers, [worldId]))
}

/**
 * Looks for entities of names that come up for the first time, which no projection has made, and keeps what it finds as
 * facts: of several the one with the least id. In a transaction of its own: what was found stays, whatever becomes of
 * the batch.
 */
export const findBindings = (
  pool: pg.Pool,
  scope: DerivationScope,
  names: ReadonlyMap<string, { name: string; type: string }>,
): Promise<Map<string, string>> =>
  names.size === 0 ? Promise.resolve(new Map()) : inTransaction(pool, (client) => find(client, scope, names))

const find = async (
  client: pg.ClientBase,
  { worldId, tenantId }: DerivationScope,
  names: ReadonlyMap<string, { name: string; type: string }>,
): Promise<Map<string, string>> => {
  const candidates = await findNamed(
    client,
    worldId,
    [...names.values()].map(({ name }) => name.trim()),
  )
  if (candidates.length === 0) return new Map()
  const keys = candidates.map(({ entityId }) => targetKeyOf(entityId))
  const made = await client.query<{ target_key: string }>(prepared(selectMade, [worldId, uuidArray(keys)]))
  const madeKeys = new Set(made.rows.map((row) => row.target_key))
  const found = new Map<string, string>()
  for (const [index, { entityId, name, type }] of candidates.entries()) {
    const key = nameKey(name, type)
    if (!names.has(key) || madeKeys.has(keys[index]!)) continue
    const known = found.get(key)
    if (known === undefined || entityId < known) found.set(key, entityId)
  }
  if (found.size > 0) {
    await lockBindings(client, worldId)
    await client.query(
      prepared(insertFound, [
        ...[worldId, tenantId],
        uuidArray([...found.keys()]),
        textArray([...found.values()]),
      ]),
    )
  }
  return found
}

const selectOperations = `
  SELECT number, kind, from_id, into_id, events FROM chronicle_bindings
  WHERE world_id = $1 AND kind <> 'found' ORDER BY number`

/** All merges and splits of a world, in their order. */
export const loadOperations = async (
  client: pg.ClientBase,
  worldId: string,
): Promise<IdentityOperation[]> => {
  const { rows } = await client.query<{
    number: number
    kind: 'merge' | 'split'
    from_id: string
    into_id: string
    events: EventName[]
  }>(prepared(selectOperations, [worldId]))
  return rows.map(({ number, kind, from_id: from, into_id: into, events }) =>
    kind === 'merge' ? { number, kind, from, into } : { number, kind, from, into, events },
  )
}
