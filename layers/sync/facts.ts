import type { Change, Entity, WorldEvent } from '#world/event'
import { applyChanges } from '#world/evolve'

export type Position = readonly [number, number, number]

/** What a span of the log did to one entity, in sum. */
export type Fact =
  | { kind: 'created'; entity: Entity }
  /** One change for each field: from what it was before the span to what it is after. */
  | { kind: 'updated'; changes: Change[] }
  | { kind: 'deleted' }

export type Facts = Map<string, Fact>

/** What these events, in their order, did to entities. */
export const factsOf = (events: readonly WorldEvent[]): Facts => {
  const facts: Facts = new Map()
  for (const event of events) {
    const fact = factOf(event)
    if (fact !== undefined) addFact(facts, event.entityId!, fact)
  }
  return facts
}

const factOf = (event: WorldEvent): Fact | undefined => {
  switch (event.type) {
    case 'entity.created.v1':
      return { kind: 'created', entity: event.data.entity }
    case 'entity.updated.v1':
      return { kind: 'updated', changes: event.data.changes }
    case 'entity.moved.v1':
      return { kind: 'updated', changes: movedChanges(event.entityId!, event.data) }
    case 'entity.deleted.v1':
      return { kind: 'deleted' }
    default:
      return undefined
  }
}

/** The command puts a body there though its written position may be the same as before. */
const movedChanges = (
  entityId: string,
  { position, changes }: { position: [number, number, number]; changes: Change[] },
): Change[] =>
  changes.some(({ field }) => field === 'position')
    ? changes
    : [...changes, { entityId, field: 'position', newValue: [...position] }]

/** Adds what happened later to an entity to what happened to it before. */
export const addFact = (facts: Facts, id: string, later: Fact): void => {
  const before = facts.get(id)
  facts.set(id, before === undefined ? later : inSum(before, later))
}

const inSum = (before: Fact, later: Fact): Fact => {
  if (later.kind !== 'updated' || before.kind === 'deleted') return later.kind === 'updated' ? before : later
  return before.kind === 'created'
    ? { kind: 'created', entity: applyChanges(before.entity, later.changes) }
    : { kind: 'updated', changes: mergeChanges(before.changes, later.changes) }
}

const mergeChanges = (before: readonly Change[], later: readonly Change[]): Change[] => {
  const byField = new Map(before.map((change) => [change.field, change]))
  for (const change of later) {
    const first = byField.get(change.field)
    byField.set(change.field, first === undefined ? change : { ...change, oldValue: first.oldValue })
  }
  return [...byField.values()]
}

/** Where the fact says that the entity was put; undefined: it says nothing of that. */
export const writtenPosition = (fact: Fact): Position | undefined => {
  if (fact.kind === 'created') return fact.entity.position
  if (fact.kind === 'deleted') return undefined
  const change = fact.changes.findLast(({ field }) => field === 'position')
  return change?.newValue as Position | undefined
}

/** The class that the fact gives the entity; undefined: it says nothing of that. */
export const writtenClass = (fact: Fact): string | undefined => {
  if (fact.kind === 'created') return fact.entity.classType
  if (fact.kind === 'deleted') return undefined
  return fact.changes.findLast(({ field }) => field === 'classType')?.newValue as string | undefined
}

/** Whether the event says where an entity is, or that it is no more. */
export const putsBody = (event: WorldEvent): boolean => {
  const fact = factOf(event)
  return fact !== undefined && (fact.kind === 'deleted' || writtenPosition(fact) !== undefined)
}
