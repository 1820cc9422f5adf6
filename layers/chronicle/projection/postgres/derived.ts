import type pg from 'pg'
import { jsonbArray, textArray, uuidArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { Derived, Fold } from '../derived.ts'
import type { DerivationScope } from '../scope.ts'

/** A target as it was derived. */
export interface DerivedRow {
  targetKey: string
  target: string
  derived: Derived
  fold: Fold
  /** Of the event whose effect came last. */
  eventName: string
}

interface Row {
  target_key: string
  target: string
  derived: Derived
  fold: Fold
  event_name: string
}

const columns = 'd.target_key, d.target, d.derived, d.fold, d.event_name'

const selectDerived = `
  SELECT ${columns} FROM unnest($3::uuid[]) AS k (target_key)
  JOIN chronicle_derived d ON d.world_id = $1 AND d.generation = $2 AND d.target_key = k.target_key`

export const loadDerived = async (
  client: pg.ClientBase,
  { worldId, generation }: Pick<DerivationScope, 'worldId' | 'generation'>,
  keys: readonly string[],
): Promise<Map<string, DerivedRow>> => {
  if (keys.length === 0) return new Map()
  const { rows } = await client.query<Row>(prepared(selectDerived, [worldId, generation, uuidArray(keys)]))
  return new Map(rows.map((row) => [row.target_key, derivedRow(row)]))
}

const derivedRow = (row: Row): DerivedRow => ({
  targetKey: row.target_key,
  target: row.target,
  derived: row.derived,
  fold: row.fold,
  eventName: row.event_name,
})

const selectPage = `
  SELECT ${columns} FROM chronicle_derived d
  WHERE d.world_id = $1 AND d.generation = $2 AND d.target_key > $3 ORDER BY d.target_key LIMIT $4`

const leastKey = '00000000-0000-0000-0000-000000000000'

/** All targets of a generation, page by page in the order of their keys; null is the first page's. */
export const loadDerivedPage = async (
  client: pg.ClientBase,
  worldId: string,
  generation: number,
  after: string | null,
  limit: number,
): Promise<DerivedRow[]> =>
  (await client.query<Row>(prepared(selectPage, [worldId, generation, after ?? leastKey, limit]))).rows.map(
    derivedRow,
  )

const upsertDerived = `
  INSERT INTO chronicle_derived (world_id, generation, tenant_id, target_key, target, derived, fold, event_name)
  SELECT $1, $2, $3, d.target_key, d.target, nullif(d.derived, 'null'::jsonb), d.fold, d.event_name
  FROM unnest($4::uuid[], $5::text[], $6::jsonb[], $7::jsonb[], $8::text[])
    AS d (target_key, target, derived, fold, event_name)
  ON CONFLICT (world_id, generation, target_key) DO UPDATE
    SET derived = excluded.derived, fold = excluded.fold, event_name = excluded.event_name, refusal = NULL`

export const storeDerived = async (
  client: pg.ClientBase,
  { worldId, generation, tenantId }: DerivationScope,
  rows: readonly DerivedRow[],
): Promise<void> => {
  if (rows.length === 0) return
  await client.query(
    prepared(upsertDerived, [
      ...[worldId, generation, tenantId],
      uuidArray(rows.map(({ targetKey }) => targetKey)),
      textArray(rows.map(({ target }) => target)),
      jsonbArray(rows.map(({ derived }) => JSON.stringify(derived))),
      jsonbArray(rows.map(({ fold }) => JSON.stringify(fold))),
      textArray(rows.map(({ eventName }) => eventName)),
    ]),
  )
}

const deleteDerived = `
  DELETE FROM chronicle_derived d USING unnest($3::uuid[]) AS k (target_key)
  WHERE d.world_id = $1 AND d.generation = $2 AND d.target_key = k.target_key`

export const removeDerivedTargets = async (
  client: pg.ClientBase,
  { worldId, generation }: DerivationScope,
  keys: readonly string[],
): Promise<void> => {
  if (keys.length > 0) await client.query(prepared(deleteDerived, [worldId, generation, uuidArray(keys)]))
}

const setRefusal = `
  UPDATE chronicle_derived SET refusal = $4 WHERE world_id = $1 AND generation = $2 AND target_key = $3`

/** The world does not take what the target should be. */
export const storeRefusal = async (
  client: pg.ClientBase,
  { worldId, generation }: Pick<DerivationScope, 'worldId' | 'generation'>,
  targetKey: string,
  refusal: string,
): Promise<void> => {
  await client.query(prepared(setRefusal, [worldId, generation, targetKey, refusal]))
}
