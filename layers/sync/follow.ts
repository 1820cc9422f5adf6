import type { Cursor } from './cursor.ts'
import type { Facts } from './facts.ts'
import { shapeAfter } from './filter.ts'
import type { CatchUpContext } from './missed.ts'
import type { View, ViewFrame } from './view.ts'

/**
 * Where the entity that the view follows has gone far enough, the view goes after it: answers what thereby comes into the
 * filter and what leaves it, at the hub's cursor. Nothing may be told meanwhile.
 */
export const followEntity = async (
  { world, reads, limits, now }: Pick<CatchUpContext, 'world' | 'reads' | 'limits' | 'now'>,
  view: View,
  at: Cursor,
): Promise<ViewFrame | undefined> => {
  const { filter, inside } = view
  const shape = filter.follow && shapeAfter(filter, inside?.get(filter.follow.entityId))
  if (shape === undefined || inside === undefined) return undefined
  const moved = { ...filter, shape }
  const then = await reads.inside(world, moved, limits.heldEntities)
  if (then === undefined) return undefined
  view.filter = moved
  const found = await reads.entities(
    world,
    [...then.keys()].filter((id) => !inside.has(id)),
  )
  const facts: Facts = new Map()
  const entered: string[] = []
  const left: string[] = []
  for (const [id, entity] of found) {
    facts.set(id, { kind: 'created', entity })
    inside.set(id, entity.position)
    entered.push(id)
  }
  for (const id of inside.keys()) {
    if (then.has(id) || id === filter.follow!.entityId) continue
    facts.set(id, { kind: 'deleted' })
    left.push(id)
  }
  for (const id of left) inside.delete(id)
  return {
    from: at,
    to: at,
    timestamp: now().toISOString(),
    ticks: 0,
    facts,
    moves: new Map(),
    entered,
    left,
  }
}
