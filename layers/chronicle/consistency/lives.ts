import type { StoryEvent } from '../questions/source.ts'
import { defaultRoles } from '../rules/default-rules.ts'
import { type Contradiction, cite } from './contradiction.ts'

const ended = new Set(['dead', 'destroyed'])
const begun = new Set(['alive', 'exists'])
const actingRoles = new Set(defaultRoles.agent)

/** Acts of those who are dead or destroyed, and second births. */
export const contradictionsOfLives = (story: readonly StoryEvent[]): Contradiction[] => {
  const end = new Map<string, StoryEvent>()
  const birth = new Map<string, StoryEvent>()
  const found: Contradiction[] = []
  for (const event of story) {
    const states = statesOf(event)
    for (const { entityId, name } of actingIn(event)) {
      const ending = end.get(entityId)
      if (ending === undefined || ending.toldAt >= event.toldAt || states.has(entityId)) continue
      const message = `${name} acts in ${event.eventId} after its end in ${ending.eventId}`
      found.push({ rule: 'acts-after-end', message, entityId, events: [cite(ending), cite(event)] })
    }
    for (const [entityId, state] of states) {
      if (ended.has(state)) {
        end.set(entityId, event)
        birth.delete(entityId)
      }
      if (!begun.has(state)) continue
      end.delete(entityId)
      const first = birth.get(entityId)
      if (first === undefined) birth.set(entityId, event)
      else {
        const message = `${entityId} begins in ${event.eventId}, and began in ${first.eventId} already`
        found.push({ rule: 'born-twice', message, entityId, events: [cite(first), cite(event)] })
      }
    }
  }
  return found
}

/** What the event makes of whom: the last state of each. */
const statesOf = ({ effects }: StoryEvent): Map<string, string> => {
  const states = new Map<string, string>()
  for (const { target, effect } of effects)
    if (target.kind === 'entity' && effect.do === 'status') states.set(target.entityId, effect.state)
  return states
}

const actingIn = ({ actors }: StoryEvent) => {
  const seen = new Set<string>()
  return actors.filter(({ role, entityId }) => {
    if (!actingRoles.has(role.toLowerCase()) || seen.has(entityId)) return false
    seen.add(entityId)
    return true
  })
}
