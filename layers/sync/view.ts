import type { Entity } from '#world/event'
import { addFact, type Fact, type Facts, type Position, writtenClass, writtenPosition } from './facts.ts'
import { type Filter, holds, isWhole, tellsField, withComponents } from './filter.ts'
import type { Frame, Moves } from './frame.ts'
import { movesNear } from './moves-near.ts'

/** What a client with a filter holds. */
export interface View {
  filter: Filter
  /** Entities in the filter, and where they are; undefined: all are, and nobody need know which. */
  inside: Map<string, Position> | undefined
}

/** A frame as the client of a view is told it. */
export interface ViewFrame extends Frame {
  /** Came into the filter, and are told as created; left it, and are told as deleted. */
  entered: string[]
  left: string[]
}

/** Entities as they are now, by id; for those that come into a filter. */
export type Found = ReadonlyMap<string, Entity>

export const createView = (filter: Filter, inside: Map<string, Position> = new Map()): View => ({
  filter,
  inside: isWhole(filter) ? undefined : inside,
})

/** Entities that the frame may bring into the filter: the view needs to know them whole. */
export const entrants = ({ filter, inside }: View, frame: Frame): string[] => {
  if (inside === undefined) return []
  const ids: string[] = []
  for (const [id, fact] of frame.facts) {
    if (fact.kind !== 'updated' || inside.has(id)) continue
    const position = frame.moves.get(id) ?? writtenPosition(fact)
    const isMoved = position !== undefined && isIn(filter, position)
    if (isMoved || changesClass(filter, fact)) ids.push(id)
  }
  if (filter.shape === undefined) return ids
  for (const [id, position] of movesNear(frame.moves, filter.shape))
    if (!inside.has(id) && !frame.facts.has(id) && holds(filter.shape, position)) ids.push(id)
  return ids
}

const changesClass = ({ classes }: Filter, fact: Fact): boolean => {
  const classType = writtenClass(fact)
  return classes !== undefined && classType !== undefined && classes.has(classType)
}

const isIn = ({ shape }: Filter, position: Position): boolean => shape === undefined || holds(shape, position)
/** The entity that the filter follows is in it wherever it goes: the shape comes after it. */
const isThere = (filter: Filter, id: string, position: Position): boolean =>
  id === filter.follow?.entityId || isIn(filter, position)
const isOf = ({ classes }: Filter, classType: string): boolean =>
  classes === undefined || classes.has(classType)

/** The frame as the view's client is told it; the view then holds what the client does. */
export const narrow = (view: View, frame: Frame, found: Found): ViewFrame => {
  const { filter, inside } = view
  if (inside === undefined) return { ...chosen(frame, filter), entered: [], left: [] }
  const facts: Facts = new Map()
  const moves: Moves = new Map()
  const told: ViewFrame = { ...frame, facts, moves, entered: [], left: [] }
  for (const [id, fact] of frame.facts) tellFact(view, told, id, fact, frame.moves.get(id), found)
  for (const [id, position] of movesIn(view, frame.moves))
    if (!frame.facts.has(id)) tellMove(view, told, id, position, found)
  return told
}

/** Of many moves those that can matter: of what is inside, and what comes inside. */
function* movesIn({ filter: { shape }, inside }: View, moves: Moves): Iterable<[string, Position]> {
  if (inside!.size >= moves.size) {
    for (const move of moves) if (shape !== undefined || inside!.has(move[0])) yield move
    return
  }
  for (const id of inside!.keys()) {
    const position = moves.get(id)
    if (position !== undefined) yield [id, position]
  }
  // without a shape nobody comes in by moving
  if (shape === undefined) return
  for (const move of movesNear(moves, shape)) if (!inside!.has(move[0])) yield move
}

const tellFact = (
  view: View,
  told: ViewFrame,
  id: string,
  fact: Fact,
  moved: Position | undefined,
  found: Found,
): void => {
  const { filter } = view
  const inside = view.inside!
  if (fact.kind === 'deleted') {
    if (inside.delete(id)) told.facts.set(id, fact)
    return
  }
  const position = moved ?? writtenPosition(fact) ?? inside.get(id)
  // it is not inside, and neither moves nor becomes of another class: it stays where it is
  const classType = writtenClass(fact)
  if (position === undefined && classType === undefined) return
  if (inside.has(id) || fact.kind === 'created') {
    const stays = isThere(filter, id, position!) && (classType === undefined || isOf(filter, classType))
    if (!stays) return leave(view, told, id)
    inside.set(id, position!)
    told.facts.set(id, chosenFact(fact, filter))
    if (moved !== undefined) told.moves.set(id, moved)
  } else enter(view, told, id, position, found)
}

const tellMove = (view: View, told: ViewFrame, id: string, position: Position, found: Found): void => {
  const inside = view.inside!
  const isInside = isThere(view.filter, id, position)
  if (inside.has(id)) {
    if (!isInside) return leave(view, told, id)
    inside.set(id, position)
    told.moves.set(id, position)
  } else if (isInside) enter(view, told, id, position, found)
}

const leave = ({ inside }: View, told: ViewFrame, id: string): void => {
  if (!inside!.delete(id)) return
  told.facts.set(id, { kind: 'deleted' })
  told.left.push(id)
}

const enter = (
  { filter, inside }: View,
  told: ViewFrame,
  id: string,
  position: Position | undefined,
  found: Found,
): void => {
  const entity = found.get(id)
  // deleted since, which a later frame tells
  if (entity === undefined) return
  const at = position ?? entity.position
  if (!isIn(filter, at) || !isOf(filter, entity.classType)) return
  inside!.set(id, at)
  const whole = { ...withComponents(entity, filter), position: [...at] as [number, number, number] }
  told.facts.set(id, { kind: 'created', entity: whole })
  told.entered.push(id)
}

/** Whether the filter holds an entity that is there. */
export const isMeant = (
  filter: Filter,
  { id, classType }: Pick<Entity, 'id' | 'classType'>,
  position: Position,
): boolean => isThere(filter, id, position) && isOf(filter, classType)

/** Without the components that were not asked for. */
const chosen = (frame: Frame, filter: Filter): Frame => {
  if (filter.components === undefined) return frame
  const facts: Facts = new Map()
  for (const [id, fact] of frame.facts) {
    const told = chosenFact(fact, filter)
    if (told.kind !== 'updated' || told.changes.length > 0) addFact(facts, id, told)
  }
  return { ...frame, facts }
}

const chosenFact = (fact: Fact, filter: Filter): Fact => {
  if (filter.components === undefined || fact.kind === 'deleted') return fact
  return fact.kind === 'created'
    ? { kind: 'created', entity: withComponents(fact.entity, filter) }
    : { kind: 'updated', changes: fact.changes.filter(({ field }) => tellsField(filter, field)) }
}
