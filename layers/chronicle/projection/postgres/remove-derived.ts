import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { EventName } from '../operations.ts'
import type { DerivationScope } from '../scope.ts'
import type { StoryOrder } from '../story-order.ts'
import { nameArrays } from './load-events.ts'

export interface RemovedActor {
  order: StoryOrder
  entityId: string
  name: string
  entityType: string
  nameKey: string
  isExplicit: boolean
  projects: boolean
}

export interface RemovedEffect {
  order: StoryOrder
  target: string
}

interface OrderRow {
  told_at: Date
  chronicle_id: string
  event_id: string
  ordinal: number
}

export const orderFrom = (row: OrderRow): StoryOrder => ({
  toldAt: row.told_at.getTime(),
  chronicleId: row.chronicle_id,
  eventId: row.event_id,
  ordinal: row.ordinal,
})

const of = (table: string): string => `
  DELETE FROM ${table} t USING unnest($3::text[], $4::text[]) AS n (chronicle_id, event_id)
  WHERE t.world_id = $1 AND t.generation = $2 AND t.chronicle_id = n.chronicle_id AND t.event_id = n.event_id`
const order = 't.told_at, t.chronicle_id, t.event_id, t.ordinal'
const deleteActors = `${of('chronicle_actors')}
  RETURNING ${order}, t.entity_id, t.name, t.entity_type, t.name_key, t.explicit_id IS NOT NULL AS explicit, t.projects`
const deleteEffects = `${of('chronicle_effects')} RETURNING ${order}, t.target`
const deleteUnknown = of('chronicle_unknown_actions')

type ActorRow = OrderRow & {
  entity_id: string
  name: string
  entity_type: string
  name_key: string
  explicit: boolean
  projects: boolean
}

/** Takes away what was derived from the events, and answers it. */
export const removeDerived = async (
  client: pg.ClientBase,
  { worldId, generation }: DerivationScope,
  names: readonly EventName[],
): Promise<{ actors: RemovedActor[]; effects: RemovedEffect[] }> => {
  if (names.length === 0) return { actors: [], effects: [] }
  const values = [worldId, generation, ...nameArrays(names)]
  const actors = await client.query<ActorRow>(prepared(deleteActors, values))
  const effects = await client.query<OrderRow & { target: string }>(prepared(deleteEffects, values))
  await client.query(prepared(deleteUnknown, values))
  return {
    actors: actors.rows.map((row) => ({
      order: orderFrom(row),
      entityId: row.entity_id,
      name: row.name,
      entityType: row.entity_type,
      nameKey: row.name_key,
      isExplicit: row.explicit,
      projects: row.projects,
    })),
    effects: effects.rows.map((row) => ({ order: orderFrom(row), target: row.target })),
  }
}
