import { isOfEntities } from '#chronicle/changes-story'
import type { Actor, ChronicleEvent } from '#chronicle/chronicle-event'
import type { JsonObject, WorldEvent } from '#world/event'
import { systemSource } from './derive-events.ts'

/** The chronicle in which Orrery tells what it saw. */
export const systemChronicle = 'system'

const dataLimitBytes = 32 * 1024

/**
 * What an event of the log says of entities, as an event of the story; undefined for one that says nothing of them, or
 * that follows from a chronicle. Pure: the same event, the same telling.
 */
export const systemEvent = (event: WorldEvent): ChronicleEvent | undefined => {
  if (!isOfEntities(event)) return undefined
  const actors = actorsOf(event)
  const data = event.data as unknown as JsonObject
  return {
    id: `seq-${event.seq}`,
    timestamp: event.occurredAt,
    eventType: event.type,
    summary: `${event.type}: ${actors.map(({ name }) => name).join(', ')}`.slice(0, 4_096),
    actors,
    action: event.type.replace(/\.v\d+$/, ''),
    valence: [],
    causality: { causedBy: [], causes: [] },
    ...{ modality: 'actual', source: systemSource, keywords: [] },
    data: Buffer.byteLength(JSON.stringify(data)) <= dataLimitBytes ? data : { seq: event.seq },
  }
}

/** Only the event that makes an entity names it; in others it goes by its id. */
const actorsOf = (event: WorldEvent): Actor[] => {
  if (event.type === 'entity.created.v1') {
    const { id, name, classType } = event.data.entity
    return [{ entityId: id, name: name || id, entityType: classType, role: 'subject' }]
  }
  const ends =
    'relationship' in event.data
      ? [event.data.relationship.sourceId, event.data.relationship.targetId]
      : [event.entityId!]
  return ends.map((id, index) => ({
    ...{ entityId: id, name: id, entityType: 'Entity' },
    role: index === 0 ? 'subject' : 'target',
  }))
}
