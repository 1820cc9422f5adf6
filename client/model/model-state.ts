import type { Json, Position, SyncEntity } from '../entity.ts'

/** An entity as it was written, and by which event its position was. */
export interface WrittenEntity {
  entity: SyncEntity
  positionSeq: number
}

export type WrittenState = ReadonlyMap<string, WrittenEntity>

export type ModelEvent =
  | { type: 'create'; id: string; classType: string; position: Position }
  | { type: 'delete'; id: string }
  | { type: 'field'; id: string; field: string; value: Json | undefined }
  | { type: 'place'; id: string; position: Position }
  | { type: 'class'; id: string; classType: string }

const groupOf = (classType: string) => (classType === 'Guard' ? 'npcs' : 'entities')

/** The state after an event; an event that cannot be is none. */
export const evolveModel = (state: WrittenState, event: ModelEvent, seq: number): WrittenState | null => {
  const { id } = event
  const before = state.get(id)
  if ((before === undefined) !== (event.type === 'create')) return null
  const next = new Map(state)
  if (event.type === 'delete') next.delete(id)
  else if (event.type === 'create') {
    const { classType, position } = event
    const group = groupOf(classType)
    const entity = { id, classType, position, group, name: id, tags: [], parameters: {}, extra: {} }
    next.set(id, { entity, positionSeq: seq })
  } else if (event.type === 'place')
    next.set(id, { entity: { ...before!.entity, position: event.position }, positionSeq: seq })
  else if (event.type === 'class') {
    const { classType } = event
    next.set(id, { ...before!, entity: { ...before!.entity, classType, group: groupOf(classType) } })
  } else next.set(id, { ...before!, entity: withField(before!.entity, event.field, event.value) })
  return next
}

/** As the write path does it (layers/world/evolve.ts), said another way than the client. */
const withField = (entity: SyncEntity, field: string, value: Json | undefined): SyncEntity => {
  const copy = structuredClone(entity) as unknown as Record<string, Record<string, Json> & Json>
  const [group, key] = pathOf(field)
  if (key === undefined) {
    if (value === undefined) delete copy[group]
    else copy[group] = value as never
  } else {
    copy[group] ??= {} as never
    if (value === undefined) delete copy[group][key]
    else copy[group][key] = value
    if (group === 'components' && Object.keys(copy[group]).length === 0) delete copy[group]
  }
  return copy as unknown as SyncEntity
}

export const fieldOf = (entity: SyncEntity, field: string): Json | undefined => {
  const [group, key] = pathOf(field)
  const value = (entity as unknown as Record<string, Record<string, Json>>)[group]
  return key === undefined ? (value as Json | undefined) : value?.[key]
}

/** A key may hold dots. */
const pathOf = (field: string): [group: string, key?: string] => {
  const [group, ...rest] = field.split('.') as [string, ...string[]]
  return rest.length === 0 ? [group] : [group, rest.join('.')]
}
