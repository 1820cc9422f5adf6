import { createSimulation, type Simulation } from '#physics/simulation'
import { runTick } from '#physics/tick'
import type { Change, Entity, EventData, EventType, JsonObject, WorldEvent } from '#world/event'
import { defaultWorldSettings } from '#world/settings'

export const entity = (
  id: string,
  position: [number, number, number],
  parameters: JsonObject = {},
): Entity => ({
  ...{ id, name: id, classType: 'Part', position, parameters },
  ...{ rotation: [0, 0, 0, 1], scale: [1, 1, 1], tags: [], extra: {} },
})

/** An event that `numbered` gives its place in the log. */
const event = <T extends EventType>(type: T, entityId: string | null, data: EventData[T]): WorldEvent =>
  ({
    ...{ seq: 0, id: '01890000-0000-7000-8000-000000000000', type, entityId, data },
    ...{ cause: {}, occurredAt: '2026-01-01T00:00:00.000Z' },
  }) as WorldEvent

export const created = (
  id: string,
  position: [number, number, number],
  parameters: JsonObject = {},
): WorldEvent => event('entity.created.v1', id, { entity: entity(id, position, parameters) })

export const updated = (id: string, ...changes: Omit<Change, 'entityId'>[]): WorldEvent =>
  event('entity.updated.v1', id, { changes: changes.map((change) => ({ entityId: id, ...change })) })

/** A new activity that is reached in so many ticks. */
export const ramped = (id: string, newValue: number, ticks: number): WorldEvent =>
  event('entity.updated.v1', id, {
    changes: [{ entityId: id, field: 'parameters.activity', newValue }],
    ramp: { ticks },
  })

export const moved = (id: string, position: [number, number, number]): WorldEvent =>
  event('entity.moved.v1', id, { position, changes: [] })

export const deleted = (id: string): WorldEvent => event('entity.deleted.v1', id, {})

export const child = (parentId: string, childId: string, strength = 1): WorldEvent =>
  event('relationship.created.v1', parentId, {
    relationship: {
      ...{ sourceId: parentId, targetId: childId, type: 'hierarchy', strength },
      ...{ label: null, data: {} },
    },
  })

export const orphaned = (parentId: string, childId: string): WorldEvent =>
  event('relationship.deleted.v1', parentId, {
    relationship: { sourceId: parentId, targetId: childId, type: 'hierarchy' },
  })

export const settings = (physics: JsonObject): WorldEvent =>
  event('world.settings_changed.v1', null, {
    changes: Object.entries(physics).map(([key, newValue]) => ({
      entityId: '',
      field: `physics.${key}`,
      newValue,
    })),
  })

/** Of the atomic layer; weights by region. */
export const committed = (
  epochStart: number,
  epochEnd: number,
  weights: Record<string, number>,
  { correction = false, layer = 'atomic' } = {},
): WorldEvent =>
  event('commit.entries.v1', null, {
    ...{ commitId: '01890000-0000-5000-8000-000000000000', layer, shard: '12:0:0:0', number: 1 },
    ...{ epochStart, epochEnd, hash: '', entryCount: Object.keys(weights).length },
    entries: Object.entries(weights).map(([region, weight]) => ({
      ...{ region, correction, weight, activityMean: 1, activityVar: 0 },
    })),
  })

/** The events with the seqs after `seq`. */
const numbered = (events: WorldEvent[], seq = 0): WorldEvent[] =>
  events.map((event, index) => ({ ...event, seq: seq + index + 1 }))

const testWorldId = '01890000-0000-7000-8000-000000000001'

export const emptySimulation = (): Simulation =>
  createSimulation({
    ...{ worldId: testWorldId, tenantId: 'tenant', tick: 0, seq: 0 },
    settings: defaultWorldSettings,
  })

/** Runs one tick to its end. */
export const tick = (simulation: Simulation, events: WorldEvent[] = []): void => {
  for (const _ of runTick(simulation, numbered(events, simulation.seq)));
}
