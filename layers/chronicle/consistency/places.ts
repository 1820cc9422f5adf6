import type { StoryEvent } from '../questions/source.ts'
import { type Contradiction, cite } from './contradiction.ts'

const placeRoles = new Set(['place', 'location', 'destination'])
/** Roles of those who need not be there. */
const absentRoles = new Set([...placeRoles, 'item', 'group', 'topic', 'mentioned'])

/** Whoever is in events at two places that are told of the same moment. */
export const contradictionsOfPlaces = (story: readonly StoryEvent[]): Contradiction[] => {
  const seen = new Map<string, { place: string; event: StoryEvent }>()
  const found: Contradiction[] = []
  for (const event of story) {
    const place = placeOf(event)
    if (place === undefined) continue
    for (const entityId of thereIn(event)) {
      const before = seen.get(entityId)
      if (before !== undefined && before.event.toldAt === event.toldAt && before.place !== place) {
        const message = `${entityId} is at ${before.place} in ${before.event.eventId} and at ${place} in ${event.eventId}, at the same time`
        const events = [cite(before.event), cite(event)]
        found.push({ rule: 'two-places-at-once', message, entityId, events })
      }
      seen.set(entityId, { place, event })
    }
  }
  return found
}

/** Of the place, or of the position where the event names no place. */
const placeOf = ({ actors, event }: StoryEvent): string | undefined =>
  actors.find(({ role }) => placeRoles.has(role.toLowerCase()))?.entityId ??
  event.location?.position?.join(', ')

const thereIn = ({ actors }: StoryEvent): Set<string> =>
  new Set(actors.filter(({ role }) => !absentRoles.has(role.toLowerCase())).map(({ entityId }) => entityId))
