import { normaliseName } from '../projection/names.ts'
import type { StoryEvent } from '../questions/source.ts'
import { type Contradiction, cite } from './contradiction.ts'

interface Held {
  /** How many each has, as far as it is told. */
  quantities: Map<string, number>
  /** The event that last gave it to somebody. */
  last: StoryEvent
}

/**
 * Things with an id, of which there is one: held by two, or given by somebody while another is known to have it. Where
 * somebody has a thing from is often not told, so that alone is no contradiction.
 */
export const contradictionsOfItems = (story: readonly StoryEvent[]): Contradiction[] => {
  const things = new Map<string, Held>()
  const found: Contradiction[] = []
  for (const event of story)
    for (const { id, name, takenFrom, givenTo } of movesOf(event)) {
      const held = things.get(id) ?? { quantities: new Map<string, number>(), last: event }
      for (const entityId of takenFrom) {
        const other = [...held.quantities].find(([holder]) => holder !== entityId)?.[0]
        if (!held.quantities.has(entityId) && other !== undefined) {
          const message = `${name} leaves ${entityId} in ${event.eventId} while ${other} has it since ${held.last.eventId}`
          const events = [cite(held.last), cite(event)]
          found.push({ rule: 'gave-what-another-held', message, entityId, events })
          // the story goes on with whoever it says had it
          held.quantities.clear()
        }
        held.quantities.delete(entityId)
      }
      for (const entityId of givenTo) {
        const other = [...held.quantities.keys()].find((holder) => holder !== entityId)
        if (other !== undefined) {
          const message = `${entityId} has ${name} since ${event.eventId} while ${other} has it since ${held.last.eventId}`
          const events = [cite(held.last), cite(event)]
          found.push({ rule: 'item-held-by-two', message, entityId, events })
          held.quantities.delete(other)
        }
        held.quantities.set(entityId, 1)
        held.last = event
      }
      things.set(id, held)
    }
  return found
}

const movesOf = ({ effects }: StoryEvent) => {
  const moves = new Map<string, { id: string; name: string; takenFrom: string[]; givenTo: string[] }>()
  for (const { target, effect } of effects) {
    if (target.kind !== 'entity' || effect.do !== 'item' || effect.id === undefined) continue
    const { id, name, quantity } = effect
    const move = moves.get(id) ?? { id, name: normaliseName(name), takenFrom: [], givenTo: [] }
    ;(quantity < 0 ? move.takenFrom : move.givenTo).push(target.entityId)
    moves.set(id, move)
  }
  return moves.values()
}
