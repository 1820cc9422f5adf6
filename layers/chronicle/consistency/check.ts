import { normaliseName } from '../projection/names.ts'
import type { StoryEvent } from '../questions/source.ts'
import { contradictionsOfCauses } from './causes.ts'
import { type Contradiction, cite } from './contradiction.ts'
import { contradictionsOfItems } from './items.ts'
import { contradictionsOfLives } from './lives.ts'
import { contradictionsOfPlaces } from './places.ts'

/**
 * What events, in the order of the story, say that cannot be so: pure. What is planned, rumored or imagined is not said
 * to be so: only events that change entities count, but for their causes.
 */
export const checkConsistency = (story: readonly StoryEvent[]): Contradiction[] => {
  const happened = story.filter(({ projects }) => projects)
  return [
    ...contradictionsOfLives(happened),
    ...contradictionsOfPlaces(happened),
    ...contradictionsOfItems(happened),
    ...contradictionsOfCauses(story),
    ...feelingsForThemselves(happened),
  ]
}

const feelingsForThemselves = (story: readonly StoryEvent[]): Contradiction[] =>
  story.flatMap((told) =>
    told.event.valence.flatMap(({ source, target, type }): Contradiction[] => {
      const [from, to] = [entityOf(told, source), entityOf(told, target)]
      if (from === undefined || from !== to) return []
      const message = `${from} feels ${type} for itself in ${told.eventId}`
      return [{ rule: 'feeling-for-itself', message, entityId: from, events: [cite(told)] }]
    }),
  )

const entityOf = ({ actors, event }: StoryEvent, text: string): string | undefined => {
  const place = event.actors.findIndex(({ entityId }) => entityId === text)
  if (place >= 0) return actors[place]?.entityId
  return actors.find(({ name }) => normaliseName(name) === normaliseName(text))?.entityId
}
