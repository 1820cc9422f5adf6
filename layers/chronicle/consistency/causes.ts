import type { StoryEvent } from '../questions/source.ts'
import { type Contradiction, cite } from './contradiction.ts'

const keyOf = (chronicleId: string, eventId: string) => `${chronicleId}\u0001${eventId}`

/** Causes that are told to have happened after their effect, and events that cause themselves by others. */
export const contradictionsOfCauses = (story: readonly StoryEvent[]): Contradiction[] => {
  const byKey = new Map(story.map((event) => [keyOf(event.chronicleId, event.eventId), event]))
  const effectsOf = edgesOf(story, byKey)
  const found: Contradiction[] = []
  for (const [key, effects] of effectsOf) {
    const cause = byKey.get(key)!
    for (const effectKey of effects) {
      const effect = byKey.get(effectKey)!
      if (cause.toldAt <= effect.toldAt) continue
      const message = `${cause.eventId} happens after ${effect.eventId}, which it causes`
      found.push({ rule: 'told-before-its-cause', message, events: [cite(effect), cite(cause)] })
    }
  }
  for (const cycle of cyclesOf(effectsOf)) {
    const inCycle = new Set(cycle)
    const events = story.filter((event) => inCycle.has(keyOf(event.chronicleId, event.eventId)))
    const message = `${events.map(({ eventId }) => eventId).join(', ')} cause each other`
    found.push({ rule: 'causal-cycle', message, events: events.map(cite) })
  }
  return found
}

/** From each cause to its effects, where either end names the other and both are told. */
const edgesOf = (
  story: readonly StoryEvent[],
  byKey: ReadonlyMap<string, StoryEvent>,
): Map<string, Set<string>> => {
  const edges = new Map<string, Set<string>>()
  const add = (cause: string, effect: string): void => {
    if (!byKey.has(cause) || !byKey.has(effect)) return
    const known = edges.get(cause)
    if (known === undefined) edges.set(cause, new Set([effect]))
    else known.add(effect)
  }
  for (const { chronicleId, eventId, event } of story) {
    const own = keyOf(chronicleId, eventId)
    for (const id of event.causality.causedBy) add(keyOf(chronicleId, id), own)
    for (const id of event.causality.causes) add(own, keyOf(chronicleId, id))
  }
  return edges
}

/** Strongly connected components of more than one event, or of one that causes itself: Tarjan, without recursion. */
const cyclesOf = (edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] => {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const onStack = new Set<string>()
  const stack: string[] = []
  const cycles: string[][] = []
  const enter = (key: string) => {
    index.set(key, index.size)
    low.set(key, index.get(key)!)
    stack.push(key)
    onStack.add(key)
    return { key, rest: [...(edges.get(key) ?? [])] }
  }
  const leave = (key: string): void => {
    if (low.get(key) !== index.get(key)) return
    const component: string[] = []
    for (let member = ''; member !== key; ) {
      member = stack.pop()!
      onStack.delete(member)
      component.push(member)
    }
    if (component.length > 1 || edges.get(key)?.has(key)) cycles.push(component)
  }
  for (const root of edges.keys()) {
    if (index.has(root)) continue
    const path = [enter(root)]
    while (path.length > 0) {
      const { key, rest } = path.at(-1)!
      const next = rest.pop()
      if (next === undefined) {
        path.pop()
        leave(key)
        const parent = path.at(-1)
        if (parent) low.set(parent.key, Math.min(low.get(parent.key)!, low.get(key)!))
      } else if (!index.has(next)) path.push(enter(next))
      else if (onStack.has(next)) low.set(key, Math.min(low.get(key)!, index.get(next)!))
    }
  }
  return cycles
}
