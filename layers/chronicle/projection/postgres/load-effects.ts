import type pg from 'pg'
import { textArray, uuidArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { OrderedEffect } from '../derived.ts'
import type { Effect } from '../effect.ts'
import { targetKeyOf } from '../names.ts'
import type { DerivationScope } from '../scope.ts'
import { orderFrom } from './remove-derived.ts'

interface Row {
  told_at: Date
  chronicle_id: string
  event_id: string
  ordinal: number
}

const selectEffects = `
  SELECT e.target_key, e.told_at, e.chronicle_id, e.event_id, e.ordinal, e.effect
  FROM unnest($3::uuid[]) AS k (target_key)
  JOIN chronicle_effects e ON e.world_id = $1 AND e.generation = $2 AND e.target_key = k.target_key
  ORDER BY e.target_key, e.told_at, e.chronicle_id, e.event_id, e.ordinal`

const selectMentions = `
  SELECT k.entity_id, m.told_at, m.chronicle_id, m.event_id, m.ordinal, m.name, m.entity_type
  FROM unnest($3::text[]) AS k (entity_id)
  CROSS JOIN LATERAL (
    SELECT told_at, chronicle_id, event_id, ordinal, name, entity_type FROM chronicle_actors
    WHERE world_id = $1 AND generation = $2 AND entity_id = k.entity_id AND projects
    ORDER BY told_at, chronicle_id, event_id, ordinal LIMIT 1
  ) m`

/**
 * All effects on those targets in the order of the story, by target key; of the mentions of an entity the first only,
 * which is all that counts.
 */
export const loadEffects = async (
  client: pg.ClientBase,
  { worldId, generation }: Pick<DerivationScope, 'worldId' | 'generation'>,
  targets: { keys: readonly string[]; entityIds: readonly string[] },
): Promise<Map<string, OrderedEffect[]>> => {
  const found = new Map<string, OrderedEffect[]>()
  const add = (key: string, effect: OrderedEffect): void => {
    const known = found.get(key)
    if (known === undefined) found.set(key, [effect])
    else known.push(effect)
  }
  const mentions = await client.query<Row & { entity_id: string; name: string; entity_type: string }>(
    prepared(selectMentions, [worldId, generation, textArray(targets.entityIds)]),
  )
  for (const row of mentions.rows)
    add(targetKeyOf(row.entity_id), {
      order: orderFrom(row),
      effect: { do: 'mention', name: row.name, type: row.entity_type },
    })
  const effects = await client.query<Row & { target_key: string; effect: Effect }>(
    prepared(selectEffects, [worldId, generation, uuidArray(targets.keys)]),
  )
  for (const row of effects.rows) add(row.target_key, { order: orderFrom(row), effect: row.effect })
  return found
}
