import { entityChanges, relationshipChanges } from '../changes.ts'
import type { Command } from '../commands.ts'
import type { EntityDifference } from '../diff/entities.ts'
import type { RelationshipDifference } from '../diff/relationships.ts'
import type { Change, Entity, Relationship } from '../event.ts'
import { applyChanges } from '../evolve.ts'
import { jsonEqual } from '../json.ts'

/**
 * What becomes of something that both worlds changed since the fork. `refuse`: nothing is promoted. `merge`: both changes
 * stand where they are of different fields; otherwise nothing is promoted. `fork`, `parent`: that one's changes stand.
 */
export const strategies = ['refuse', 'merge', 'fork', 'parent'] as const
export type Strategy = (typeof strategies)[number]

/** Something that both worlds changed since the fork, and not to the same. */
export interface Conflict {
  kind: 'entity' | 'relationship'
  /** Of an entity its id; of a relationship `source type target`. */
  name: string
  inFork: Side
  inParent: Side
  /** Fields that both changed to different values; empty where one deleted or made it. */
  bothFields: string[]
}

interface Side {
  kind: 'created' | 'changed' | 'deleted'
  fields: string[]
}

/** How one difference of the fork meets what the parent has become. */
interface Meeting<T> {
  /** As the fork has it; undefined: deleted there. */
  fork: T | undefined
  /** As the parent had it at the fork, and has it now; undefined: not there. */
  base: T | undefined
  now: T | undefined
}

type Outcome<T> =
  | { put: T }
  | { remove: true }
  /** The parent is so already, or its own change stands. */
  | { nothing: true }

export interface Difference<T> extends Meeting<T> {
  kind: Conflict['kind']
  name: string
}

interface Decided<T> {
  outcome: Outcome<T>
  conflict: Conflict | undefined
  /** Whether the strategy says what becomes of it. */
  isSettled: boolean
}

type ChangesBetween<T> = (before: T, after: T) => Change[]

/** What is to become of one thing in the parent. */
const decideMeeting = <T extends Entity | Relationship>(
  difference: Difference<T>,
  strategy: Strategy,
  changesBetween: ChangesBetween<T>,
): Decided<T> => {
  const { fork, base, now } = difference
  const same = (a: T | undefined, b: T | undefined) =>
    a === undefined || b === undefined ? a === b : changesBetween(a, b).length === 0
  const wanted: Outcome<T> = fork === undefined ? { remove: true } : { put: fork }
  if (same(fork, now)) return { outcome: { nothing: true }, conflict: undefined, isSettled: true }
  if (same(base, now)) return { outcome: wanted, conflict: undefined, isSettled: true }
  const ours = base !== undefined && fork !== undefined ? changesBetween(base, fork) : []
  const theirs = base !== undefined && now !== undefined ? changesBetween(base, now) : []
  const both = ours
    .filter((change) => theirs.some((other) => differ(change, other)))
    .map(({ field }) => field)
  const conflict: Conflict = {
    ...{ kind: difference.kind, name: difference.name, bothFields: both },
    inFork: { kind: kindOf(base, fork), fields: ours.map(({ field }) => field) },
    inParent: { kind: kindOf(base, now), fields: theirs.map(({ field }) => field) },
  }
  const isMergeable = base !== undefined && fork !== undefined && now !== undefined
  if (strategy === 'parent') return { outcome: { nothing: true }, conflict, isSettled: true }
  if (strategy === 'fork')
    return { outcome: isMergeable ? { put: applyChanges(now, ours) } : wanted, conflict, isSettled: true }
  if (strategy === 'merge' && isMergeable && both.length === 0)
    return { outcome: { put: applyChanges(now, ours) }, conflict, isSettled: true }
  return { outcome: wanted, conflict, isSettled: false }
}

const differ = (a: Change, b: Change): boolean =>
  a.field === b.field &&
  (a.newValue === undefined || b.newValue === undefined
    ? a.newValue !== b.newValue
    : !jsonEqual(a.newValue, b.newValue))

const kindOf = <T>(before: T | undefined, after: T | undefined): Side['kind'] =>
  after === undefined ? 'deleted' : before === undefined ? 'created' : 'changed'

export interface PromotionInput {
  entities: Difference<Entity>[]
  relationships: Difference<Relationship>[]
  /** seq of the entities that the parent has now, by id. */
  seqs: ReadonlyMap<string, number>
}

export interface PromotionCounts {
  created: number
  changed: number
  deleted: number
}

export interface Promotion {
  /** In an order in which each is allowed: what is deleted makes way first, relationships come after their ends. */
  commands: Command[]
  entities: PromotionCounts
  relationships: PromotionCounts
  /** All of them, those that the strategy settles too. */
  conflicts: Conflict[]
  /** Those that it does not. */
  unsettled: Conflict[]
}

/** The commands that bring the fork's changes into the parent, and what stands against them. */
export const planPromotion = (input: PromotionInput, strategy: Strategy): Promotion => {
  const entities = input.entities.map((each) => ({ each, ...decideMeeting(each, strategy, entityChanges) }))
  const relationships = input.relationships.map((each) => ({
    ...{ each, ...decideMeeting(each, strategy, relationshipChanges) },
  }))
  const all = [...entities, ...relationships]
  const expects = entities.flatMap(({ each, outcome }) =>
    'nothing' in outcome ? [] : [expectation(each.name, input.seqs.get(each.name))],
  )
  return {
    commands: [
      ...expects,
      ...relationships.flatMap(({ each, outcome }) =>
        'remove' in outcome ? [removeRelationship(each)] : [],
      ),
      ...entities.flatMap(({ outcome }) => ('put' in outcome ? [putEntity(outcome.put)] : [])),
      ...relationships.flatMap(({ outcome }) => ('put' in outcome ? [putRelationship(outcome.put)] : [])),
      ...entities.flatMap(({ each, outcome }) =>
        'remove' in outcome ? [{ kind: 'delete-entity' as const, entityId: each.name }] : [],
      ),
    ],
    entities: countOf(entities),
    relationships: countOf(relationships),
    conflicts: all.flatMap(({ conflict }) => conflict ?? []),
    unsettled: all.flatMap(({ conflict, isSettled }) => (isSettled ? [] : (conflict ?? []))),
  }
}

const countOf = (
  decided: readonly { each: { now: unknown }; outcome: Outcome<unknown> }[],
): PromotionCounts => {
  const count = (matches: (one: (typeof decided)[number]) => boolean) => decided.filter(matches).length
  return {
    created: count(({ each, outcome }) => 'put' in outcome && each.now === undefined),
    changed: count(({ each, outcome }) => 'put' in outcome && each.now !== undefined),
    deleted: count(({ outcome }) => 'remove' in outcome),
  }
}

/** The parent must be as it was when the plan was made, under the lock in which the commands are applied. */
const expectation = (entityId: string, seq: number | undefined): Command => ({
  ...{ kind: 'expect', entityId },
  expected: seq === undefined ? { exists: false } : { seq },
})

// without components a put leaves those that are there
const putEntity = (entity: Entity): Command => ({
  kind: 'put-entity',
  entity: { ...entity, components: entity.components ?? {} },
})

const putRelationship = (relationship: Relationship): Command => ({ kind: 'put-relationship', relationship })

const removeRelationship = ({ base, now }: Difference<Relationship>): Command => {
  const { sourceId, targetId, type } = (now ?? base)!
  return { kind: 'delete-relationship', relationship: { sourceId, targetId, type } }
}

/** A difference of the fork from its beginning, with what the parent was then and is now. */
export const entityDifference = (
  { id, kind, entity, changes }: EntityDifference,
  base: Entity | undefined,
  now: Entity | undefined,
): Difference<Entity> => ({
  ...{ kind: 'entity', name: id, base, now },
  fork: kind === 'deleted' ? undefined : kind === 'created' ? entity! : applyChanges(base!, changes!),
})

export const relationshipDifference = (
  { kind, relationship, changes, ...key }: RelationshipDifference,
  base: Relationship | undefined,
  now: Relationship | undefined,
): Difference<Relationship> => ({
  ...{ kind: 'relationship', name: `${key.sourceId} ${key.type} ${key.targetId}`, base, now },
  fork: kind === 'deleted' ? undefined : kind === 'created' ? relationship! : applyChanges(base!, changes!),
})
