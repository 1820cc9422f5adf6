import { prepared } from '#platform/postgres/pool'
import type { EntityEffect } from '../../projection/effect.ts'
import { normaliseName } from '../../projection/names.ts'
import type { ItemEffect } from '../source.ts'
import type { EcsScope } from './scope.ts'

interface Row {
  chronicle_id: string
  event_id: string
  from_seq: number
  told_at: Date
  ordinal: number
  target: string
  effect: Extract<EntityEffect, { do: 'item' }>
}

const selectItems = `
  SELECT e.chronicle_id, e.event_id, c.from_seq, e.told_at, e.ordinal, e.target, e.effect
  FROM chronicle_items($1, $2, $3, $4, $5) e
  JOIN chronicle_events c ON c.world_id = $1 AND c.chronicle_id = e.chronicle_id AND c.event_id = e.event_id
  WHERE $6::int8 IS NULL OR c.from_seq <= $6
  ORDER BY e.told_at, e.chronicle_id COLLATE "C", e.event_id COLLATE "C", e.ordinal`

export const readItemEffects = async (
  { client, worldId, generation, asOf }: EcsScope,
  item: string,
  limit: number,
): Promise<ItemEffect[]> => {
  const name = normaliseName(item)
  const { rows } = await client.query<Row>(
    prepared(selectItems, [worldId, generation, item, name, limit, asOf]),
  )
  return rows
    .filter(({ effect }) => effect.id === item || normaliseName(effect.name) === name)
    .map(({ effect: { do: _, ...thing }, ...row }) => ({
      ...{ chronicleId: row.chronicle_id, eventId: row.event_id, seq: row.from_seq },
      ...{ toldAt: row.told_at.getTime(), ordinal: row.ordinal, entityId: row.target, ...thing },
    }))
}
