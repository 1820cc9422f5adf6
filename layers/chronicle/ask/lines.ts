import type { Contradiction } from '../consistency/contradiction.ts'
import type { Citation, Edge, EdgeFact, PlacedEntity, StoryEvent } from '../questions/source.ts'
import type { Standing } from '../questions/standing.ts'
import { toldEvent } from '../questions/told.ts'
import type { ContextItem } from './context-item.ts'

/** In quotes, on one line: a text of others cannot end its line or look like ours. */
const quoted = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
    .replaceAll('\u0085', '\\u0085')

const cited = (citations: readonly Citation[]): string =>
  citations
    .map(
      ({ chronicleId, eventId, seq }) =>
        `[${quoted(chronicleId).slice(1, -1)}/${quoted(eventId).slice(1, -1)}@${seq}]`,
    )
    .join('')

const item = (value: object, text: string, citations: Citation[]): ContextItem => ({
  ...{ value: { ...value, citations }, citations },
  line: `- ${text}${citations.length === 0 ? '' : ` ${cited(citations)}`}`,
})

const citationOf = ({ chronicleId, eventId, seq }: Citation): Citation => ({ chronicleId, eventId, seq })

export const eventItem = (story: StoryEvent, score: number): ContextItem => {
  const { timestamp, action, summary, modality } = story.event
  const actors = story.actors.map(({ entityId, role }) => `${quoted(entityId)} as ${quoted(role)}`).join(', ')
  const told = modality === 'actual' ? '' : ` (${modality})`
  return item(
    { ...toldEvent(story), score },
    `${timestamp} ${quoted(action)}${told}: ${quoted(summary)}${actors === '' ? '' : `; ${actors}`}`,
    [citationOf(story)],
  )
}

/** Characters of components as JSON in a line. */
const componentCharacters = 400

export const entityItem = (entity: Standing, lastEvent: Citation | undefined): ContextItem => {
  const { id, name, classType, position, components } = entity
  const json = JSON.stringify(components)
  const shown =
    json === '{}' ? '' : `; components ${quoted(json.slice(0, componentCharacters).toWellFormed())}`
  const where = position === null ? 'position unknown' : `at ${position.join(', ')}`
  return item(
    entity,
    `${quoted(id)}: ${quoted(name)}, ${quoted(classType)}, ${where}${shown}`,
    lastEvent === undefined ? [] : [citationOf(lastEvent)],
  )
}

export const relationshipItem = (edge: Edge, facts: readonly EdgeFact[]): ContextItem => {
  const changes = facts.map(({ change, after }) => (change === null ? `= ${after}` : `${change}`)).join(', ')
  return item(
    { ...edge, events: facts },
    `${quoted(edge.sourceId)} ${quoted(edge.type)} ${quoted(edge.targetId)}: ${edge.strength}${changes === '' ? '' : `; last changes ${changes}`}`,
    facts.map(citationOf),
  )
}

export const surroundingItem = (
  of: string,
  { entityId, position, distance }: PlacedEntity,
  name: string | null,
  events: readonly Citation[],
): ContextItem =>
  item(
    { of, entityId, name, position, distance },
    `${quoted(entityId)} (${quoted(name)}) is ${distance} units from ${quoted(of)}`,
    [
      ...new Map(
        events.map((event) => [`${event.chronicleId}\u0001${event.eventId}`, citationOf(event)]),
      ).values(),
    ],
  )

export const contradictionItem = (contradiction: Contradiction): ContextItem =>
  item(contradiction, `${contradiction.rule}: ${quoted(contradiction.message)}`, contradiction.events)
