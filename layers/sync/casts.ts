import type { Change, Entity } from '#world/event'
import type { Fact, Position } from './facts.ts'
import { writtenPosition } from './facts.ts'
import type { Frame } from './frame.ts'
import type { SyncSettings } from './settings.ts'

export type Cast = 'limited' | 'full'

/** Groups of classes, as clients are told of them. */
export type Group = 'entities' | 'npcs' | 'resources' | 'buildings'

interface Moved {
  id: string
  position: Position
}

/** What is visible. A list with nothing in it is left out. */
export interface LimitedCast {
  entityMoved?: Moved[]
  entityCreated?: { id: string; type: string; position: Position }[]
  entityRemoved?: string[]
}

export interface GroupChanges {
  created?: Entity[]
  updated?: Change[]
  deleted?: string[]
}

/** Every field, by group; where bodies are is in `entityMoved`, whatever their group. */
export type FullCast = { [G in Group]?: GroupChanges } & { entityMoved?: Moved[] }

/** The group of a class in a world. */
export type GroupOf = (classType: string) => Group

export const groupsOf = ({ npcs, resources, buildings }: SyncSettings): GroupOf => {
  const groups = new Map<string, Group>()
  for (const [group, classes] of Object.entries({ buildings, resources, npcs }))
    for (const name of classes) groups.set(name, group as Group)
  return (classType) => groups.get(classType) ?? 'entities'
}

/** Whether any class is in a group of its own. */
export const hasGroups = ({ npcs, resources, buildings }: SyncSettings): boolean =>
  npcs.length + resources.length + buildings.length > 0

/** Bodies that the frame moves, as a cast tells them: the full one has written positions among its changes. */
export const movedBodies = (
  { facts, moves }: Pick<Frame, 'facts' | 'moves'>,
  cast: Cast,
): [string, Position][] => {
  if (cast === 'full' || facts.size === 0) return [...moves]
  const moved: [string, Position][] = []
  for (const [id, fact] of facts) {
    if (fact.kind !== 'updated' || moves.has(id)) continue
    const position = writtenPosition(fact)
    if (position !== undefined) moved.push([id, position])
  }
  for (const move of moves) moved.push(move)
  return moved
}

const entityMoved = (frame: Pick<Frame, 'facts' | 'moves'>, cast: Cast): { entityMoved?: Moved[] } => {
  const moved = movedBodies(frame, cast)
  return moved.length === 0 ? {} : { entityMoved: moved.map(([id, position]) => ({ id, position })) }
}

export const limitedCast = (frame: Pick<Frame, 'facts' | 'moves'>): LimitedCast => ({
  ...entityMoved(frame, 'limited'),
  ...limitedFacts(frame),
})

/** The limited cast without moves. */
export const limitedFacts = ({ facts }: Pick<Frame, 'facts'>): LimitedCast => {
  const entityCreated: NonNullable<LimitedCast['entityCreated']> = []
  const entityRemoved: string[] = []
  for (const [id, fact] of facts) {
    if (fact.kind === 'deleted') entityRemoved.push(id)
    else if (fact.kind === 'created') {
      const { classType: type, position } = fact.entity
      entityCreated.push({ id, type, position })
    }
  }
  return {
    ...(entityCreated.length > 0 && { entityCreated }),
    ...(entityRemoved.length > 0 && { entityRemoved }),
  }
}

/** @param classOf the class of an entity that the frame does not make; undefined: nobody knows it any more */
export const fullCast = (
  frame: Pick<Frame, 'facts' | 'moves'>,
  groupOf: GroupOf,
  classOf: (id: string) => string | undefined,
): FullCast => ({ ...fullFacts(frame, groupOf, classOf), ...entityMoved(frame, 'full') })

/** The full cast without moves. */
export const fullFacts = (
  { facts }: Pick<Frame, 'facts'>,
  groupOf: GroupOf,
  classOf: (id: string) => string | undefined,
): FullCast => {
  const cast: FullCast = {}
  const groupOfId = (id: string): Group => {
    const classType = classOf(id)
    return classType === undefined ? 'entities' : groupOf(classType)
  }
  for (const [id, fact] of facts) tell(cast, id, fact, groupOf, groupOfId)
  return cast
}

const tell = (
  cast: FullCast,
  id: string,
  fact: Fact,
  groupOf: GroupOf,
  groupOfId: (id: string) => Group,
): void => {
  const into = (group: Group): GroupChanges => (cast[group] ??= {})
  if (fact.kind === 'created') {
    ;(into(groupOf(fact.entity.classType)).created ??= []).push(fact.entity)
  } else if (fact.kind === 'deleted') {
    ;(into(groupOfId(id)).deleted ??= []).push(id)
  } else {
    const group = into(groupOfId(id))
    ;(group.updated ??= []).push(...fact.changes)
  }
}
