import type pg from 'pg'
import { float8Array, int8Array, jsonbArray, textArray } from '#platform/postgres/binary-array'
import type { EntityTick } from '../tick-rows.ts'
import type { WorldKey } from './append-segment.ts'

const insertText = `
  INSERT INTO entity_ticks (world_id, tenant_id, segment, entity_id, tick, activity)
  SELECT $1, $2, $3, u.entity_id, u.tick, u.activity
  FROM unnest($4::text[], $5::int8[], $6::float8[]) AS u (entity_id, tick, activity)
  ON CONFLICT DO NOTHING RETURNING entity_id, tick`

/** Of one entity and tick. */
const nameOf = (tick: number, entityId: string): string => `${tick} ${entityId}`

/**
 * Notes ticks as those of a segment; answers the ones that nobody had brought before. Of two in the batch for the same
 * entity and tick the first counts. The caller holds the lock of `lockTickStream`.
 */
export const takeNewTicks = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  segment: number,
  ticks: readonly EntityTick[],
): Promise<EntityTick[]> => {
  const byName = new Map<string, EntityTick>()
  for (const tick of ticks) {
    const name = nameOf(tick.tickId, tick.entityId)
    if (!byName.has(name)) byName.set(name, tick)
  }
  const given = [...byName.values()]
  const { rows } = await client.query<{ entity_id: string; tick: number }>(insertText, [
    ...[worldId, tenantId, segment],
    textArray(given.map(({ entityId }) => entityId)),
    int8Array(given.map(({ tickId }) => tickId)),
    float8Array(given.map(({ activity }) => activity)),
  ])
  return rows.map(({ entity_id, tick }) => byName.get(nameOf(tick, entity_id))!)
}

// a batch that comes late changes nothing of an entity that has gone on since
const stateText = `
  INSERT INTO entity_state (world_id, tenant_id, entity_id, tick, x, y, z, activity, jitter, meta, ticked_at)
  SELECT $1, $2, entity_id, tick, x, y, z, activity, jitter, meta, to_timestamp(nullif(ticked_ms, 'NaN') / 1000)
  FROM unnest($3::text[], $4::int8[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::float8[],
    $10::jsonb[], $11::float8[]) AS u (entity_id, tick, x, y, z, activity, jitter, meta, ticked_ms)
  ON CONFLICT (world_id, entity_id) DO UPDATE SET tick = excluded.tick, x = excluded.x, y = excluded.y,
    z = excluded.z, activity = excluded.activity, jitter = excluded.jitter, meta = excluded.meta,
    ticked_at = excluded.ticked_at
  WHERE entity_state.tick < excluded.tick`

/** Keeps what new ticks say of each entity, as of its highest tick. The caller holds the lock of `lockTickStream`. */
export const storeEntityStates = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  ticks: readonly EntityTick[],
): Promise<void> => {
  const latest = new Map<string, EntityTick>()
  for (const tick of ticks)
    if (tick.tickId > (latest.get(tick.entityId)?.tickId ?? 0)) latest.set(tick.entityId, tick)
  const states = [...latest.values()]
  const column = (name: 'x' | 'y' | 'z' | 'activity' | 'jitter') =>
    float8Array(states.map((state) => state[name]))
  await client.query(stateText, [
    ...[worldId, tenantId],
    textArray(states.map(({ entityId }) => entityId)),
    int8Array(states.map(({ tickId }) => tickId)),
    ...[column('x'), column('y'), column('z'), column('activity'), column('jitter')],
    jsonbArray(states.map(({ meta = {} }) => JSON.stringify(meta))),
    float8Array(states.map(({ timestampMs = Number.NaN }) => timestampMs)),
  ])
}
