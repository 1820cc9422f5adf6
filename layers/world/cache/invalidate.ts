import type { Change, WorldEvent } from '../event.ts'
import type { Touched } from './entity-cache.ts'

/** The world of events, and the tenant who owns it. */
export interface ChangedWorld {
  tenantId: string
  worldId: string
}

/** What the events change of the entities that a cache may hold, in their order. */
export const touchedByEvents = (world: ChangedWorld, events: readonly WorldEvent[]): Touched[] =>
  events.flatMap((event) => {
    const components = touchedComponents(event)
    if (components === undefined || event.entityId === null) return []
    return [{ name: { ...world, entityId: event.entityId }, seq: event.seq, components }]
  })

const touchedComponents = (event: WorldEvent): Touched['components'] | undefined => {
  switch (event.type) {
    case 'entity.created.v1':
    case 'entity.deleted.v1':
      return 'all'
    case 'entity.updated.v1':
    case 'entity.moved.v1':
      return [...new Set(event.data.changes.flatMap(componentOfField))]
    default:
      // relationships, settings, chronicles and commits are not kept
      return undefined
  }
}

/** The type of the component that holds the field; none for one of the entity's own row. */
const componentOfField = ({ field }: Change): string[] => {
  const [group, member] = field.split('.', 2)
  if (group === 'rotation' || group === 'scale') return ['Transform']
  if (group === 'parameters') return ['Parameters']
  if (group === 'extra') return ['Extra']
  return group === 'components' && member !== undefined ? [member] : []
}
