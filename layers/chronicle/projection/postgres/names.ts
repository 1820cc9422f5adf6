import type pg from 'pg'
import { float8Array, textArray, uuidArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { EventName } from '../operations.ts'
import type { Resolution } from '../resolve.ts'
import type { DerivationScope } from '../scope.ts'
import type { StoryOrder } from '../story-order.ts'
import { orderFrom } from './remove-derived.ts'

const selectNames = `
  SELECT n.name_key, n.entity_id, n.confidence
  FROM unnest($3::uuid[]) AS k (name_key)
  JOIN chronicle_names n ON n.world_id = $1 AND n.generation = $2 AND n.name_key = k.name_key`

/** Who those names are, as far as they have come up. */
export const loadNames = async (
  client: pg.ClientBase,
  { worldId }: DerivationScope,
  generation: number,
  keys: readonly string[],
): Promise<Map<string, Resolution>> => {
  if (keys.length === 0) return new Map()
  const { rows } = await client.query<{ name_key: string; entity_id: string; confidence: number }>(
    prepared(selectNames, [worldId, generation, uuidArray(keys)]),
  )
  return new Map(
    rows.map((row) => [row.name_key, { entityId: row.entity_id, confidence: Number(row.confidence) }]),
  )
}

const upsertNames = `
  INSERT INTO chronicle_names (world_id, generation, tenant_id, name_key, entity_id, confidence)
  SELECT $1, $2, $3, n.name_key, n.entity_id, n.confidence
  FROM unnest($4::uuid[], $5::text[], $6::float8[]) AS n (name_key, entity_id, confidence)
  ON CONFLICT (world_id, generation, name_key)
    DO UPDATE SET entity_id = excluded.entity_id, confidence = excluded.confidence`

export const storeNames = async (
  client: pg.ClientBase,
  { worldId, generation, tenantId }: DerivationScope,
  names: ReadonlyMap<string, Resolution>,
): Promise<void> => {
  if (names.size === 0) return
  const resolutions = [...names.values()]
  await client.query(
    prepared(upsertNames, [
      ...[worldId, generation, tenantId],
      uuidArray([...names.keys()]),
      textArray(resolutions.map(({ entityId }) => entityId)),
      float8Array(resolutions.map(({ confidence }) => confidence)),
    ]),
  )
}

/** The first explicit id of a name in the story, and whether there are others. */
export interface ExplicitId {
  order: StoryOrder
  entityId: string
  hasOthers: boolean
}

const selectExplicit = `
  SELECT k.name_key, f.explicit_id, f.told_at, f.chronicle_id, f.event_id, f.ordinal,
    least_id.explicit_id <> most_id.explicit_id AS has_others
  FROM unnest($3::uuid[]) AS k (name_key)
  CROSS JOIN LATERAL (
    SELECT explicit_id, told_at, chronicle_id, event_id, ordinal FROM chronicle_actors
    WHERE world_id = $1 AND generation = $2 AND name_key = k.name_key AND explicit_id IS NOT NULL
    ORDER BY told_at, chronicle_id, event_id, ordinal LIMIT 1
  ) f
  CROSS JOIN LATERAL (
    SELECT explicit_id FROM chronicle_actors
    WHERE world_id = $1 AND generation = $2 AND name_key = k.name_key AND explicit_id IS NOT NULL
    ORDER BY explicit_id LIMIT 1
  ) least_id
  CROSS JOIN LATERAL (
    SELECT explicit_id FROM chronicle_actors
    WHERE world_id = $1 AND generation = $2 AND name_key = k.name_key AND explicit_id IS NOT NULL
    ORDER BY explicit_id DESC LIMIT 1
  ) most_id`

interface ExplicitRow {
  name_key: string
  explicit_id: string
  told_at: Date
  chronicle_id: string
  event_id: string
  ordinal: number
  has_others: boolean
}

/** Of the names that any event gives together with an id. */
export const loadExplicitIds = async (
  client: pg.ClientBase,
  { worldId, generation }: DerivationScope,
  keys: readonly string[],
): Promise<Map<string, ExplicitId>> => {
  if (keys.length === 0) return new Map()
  const { rows } = await client.query<ExplicitRow>(
    prepared(selectExplicit, [worldId, generation, uuidArray(keys)]),
  )
  return new Map(
    rows.map((row) => [
      row.name_key,
      { order: orderFrom(row), entityId: row.explicit_id, hasOthers: row.has_others },
    ]),
  )
}

const selectEventsOfNames = `
  SELECT DISTINCT a.chronicle_id, a.event_id
  FROM unnest($3::uuid[]) AS k (name_key)
  JOIN chronicle_actors a ON a.world_id = $1 AND a.generation = $2 AND a.name_key = k.name_key AND a.explicit_id IS NULL`

const selectEventsOfEntities = `
  SELECT DISTINCT a.chronicle_id, a.event_id
  FROM unnest($3::text[]) AS k (entity_id)
  JOIN chronicle_actors a ON a.world_id = $1 AND a.generation = $2 AND a.entity_id = k.entity_id`

/** The events that go by one of those names. */
export const eventsOfNames = (
  client: pg.ClientBase,
  { worldId, generation }: DerivationScope,
  keys: readonly string[],
): Promise<EventName[]> => eventNames(client, selectEventsOfNames, [worldId, generation, uuidArray(keys)])

/** The events in which one of those entities is. */
export const eventsOfEntities = (
  client: pg.ClientBase,
  { worldId, generation }: DerivationScope,
  entityIds: readonly string[],
): Promise<EventName[]> =>
  eventNames(client, selectEventsOfEntities, [worldId, generation, textArray(entityIds)])

const eventNames = async (client: pg.ClientBase, text: string, values: unknown[]): Promise<EventName[]> => {
  const { rows } = await client.query<{ chronicle_id: string; event_id: string }>(prepared(text, values))
  return rows.map((row) => ({ chronicleId: row.chronicle_id, eventId: row.event_id }))
}
