import { eventKey } from '../chronicle-set.ts'
import { checkConsistency } from '../consistency/check.ts'
import { compareStoryOrder, compareText } from '../projection/story-order.ts'
import type { Citation, EntityState, PlacedEntity, QuestionSource, StoryEvent } from '../questions/source.ts'
import { standingOf } from '../questions/standing.ts'
import type { ContextItem, Gathered } from './context-item.ts'
import type { FoundEvent } from './find-events.ts'
import { contradictionItem, entityItem, eventItem, relationshipItem, surroundingItem } from './lines.ts'

/** What one bundle is gathered from. */
export const contextLimits = {
  ...{ foundEvents: 60, neighbours: 60, entities: 40, timelineEntities: 12, timelineEvents: 200 },
  ...{ relationships: 60, facts: 3, centers: 6, surroundings: 10 },
} as const

export interface ContextAsked {
  chronicleId: string
  found: readonly FoundEvent[]
  /** Who is asked about, whatever was found. */
  entities: readonly string[]
  /** Of a question that means what it says: what of the events is meant, as keys; default: all of them. */
  meant?: ((events: readonly StoryEvent[]) => Promise<ReadonlySet<string>>) | undefined
  /** Times of the story, in milliseconds since 1970. */
  from?: number | undefined
  to?: number | undefined
  /** Units. */
  radius: number
}

/** Everything that may go into a bundle, best first. */
export const gatherContext = async (source: QuestionSource, asked: ContextAsked): Promise<Gathered> => {
  const scores = new Map(asked.found.map(({ eventId, score }) => [eventId, score]))
  const events = await eventsOf(source, asked, scores)
  const ids = rankEntities(events, scores, asked.entities)
  const story = await storyOf(source, ids.slice(0, contextLimits.timelineEntities), asked)
  const states = await source.entities(ids)
  const known = ids.flatMap((id) => states.get(id) ?? [])
  return {
    events: events.map((event) => eventItem(event, scores.get(event.eventId)!)),
    entities: known.map((entity) => entityItem(standingOf(entity), lastOf(entity.id, story, events))),
    relationships: await relationshipsOf(source, ids),
    surroundings: await surroundingsOf(source, known, asked.radius),
    contradictions: checkConsistency(story).map(contradictionItem),
  }
}

/** Those found, those that caused them or that they caused, and the last ones of whoever is asked about. */
const eventsOf = async (
  source: QuestionSource,
  { chronicleId, found, entities, meant, from, to }: ContextAsked,
  scores: Map<string, number>,
): Promise<StoryEvent[]> => {
  const events = await source.events(found)
  const neighbours = new Set<string>()
  for (const { event } of events)
    for (const id of [...event.causality.causedBy, ...event.causality.causes]) {
      // half of what it is found by: beside it, never before it
      if (!scores.has(event.id)) continue
      const score = scores.get(event.id)! / 2
      if (!scores.has(id) && neighbours.size < contextLimits.neighbours) neighbours.add(id)
      if (neighbours.has(id)) scores.set(id, Math.max(scores.get(id) ?? 0, score))
    }
  const named = [...neighbours].map((eventId) => ({ chronicleId, eventId }))
  const more = await source.events(named)
  const least = Math.min(1, ...scores.values()) / 2
  const own: StoryEvent[] = []
  for (const id of entities)
    for (const event of await source.timeline(id, { from, to, limit: contextLimits.timelineEvents }))
      if (event.chronicleId === chronicleId && !scores.has(event.eventId)) {
        scores.set(event.eventId, least)
        own.push(event)
      }
  const score = ({ eventId }: StoryEvent) => scores.get(eventId) ?? 0
  const beside = [...more, ...own.slice(-contextLimits.timelineEvents)]
  const kept = await meant?.(beside)
  const isKept = (event: StoryEvent) => kept?.has(eventKey(event.chronicleId, event.eventId)) ?? true
  return [...events, ...beside.filter(isKept)].sort(
    (a, b) => score(b) - score(a) || compareStoryOrder({ ...a, ordinal: 0 }, { ...b, ordinal: 0 }),
  )
}

/** Who is asked about first, then whoever is in the best events. */
const rankEntities = (
  events: readonly StoryEvent[],
  scores: ReadonlyMap<string, number>,
  asked: readonly string[],
): string[] => {
  const weights = new Map<string, number>(asked.map((id) => [id, Number.MAX_VALUE]))
  for (const { eventId, actors } of events)
    for (const entityId of new Set(actors.map((actor) => actor.entityId)))
      weights.set(entityId, (weights.get(entityId) ?? 0) + scores.get(eventId)!)
  return [...weights]
    .sort(([a, one], [b, other]) => other - one || compareText(a, b))
    .slice(0, contextLimits.entities)
    .map(([id]) => id)
}

const storyOf = async (
  source: QuestionSource,
  ids: readonly string[],
  { from, to }: ContextAsked,
): Promise<StoryEvent[]> => {
  const story = new Map<string, StoryEvent>()
  for (const id of ids)
    for (const event of await source.timeline(id, { from, to, limit: contextLimits.timelineEvents }))
      story.set(`${event.chronicleId}\u0001${event.eventId}`, event)
  return [...story.values()].sort((a, b) => compareStoryOrder({ ...a, ordinal: 0 }, { ...b, ordinal: 0 }))
}

const lastOf = (
  entityId: string,
  story: readonly StoryEvent[],
  events: readonly StoryEvent[],
): Citation | undefined => {
  const has = ({ actors }: StoryEvent) => actors.some((actor) => actor.entityId === entityId)
  return story.findLast(has) ?? events.find(has)
}

const relationshipsOf = async (source: QuestionSource, ids: readonly string[]): Promise<ContextItem[]> => {
  const among = await source.edges({ ends: ids, among: true, limit: 1_000 })
  const strongest = among
    .toSorted((a, b) => Math.abs(b.strength) - Math.abs(a.strength))
    .slice(0, contextLimits.relationships)
  const items: ContextItem[] = []
  for (const edge of strongest)
    items.push(relationshipItem(edge, (await source.facts(edge)).slice(-contextLimits.facts)))
  return items
}

/** Whoever was put nowhere has no surroundings. */
const surroundingsOf = async (
  source: QuestionSource,
  centers: readonly EntityState[],
  radius: number,
): Promise<ContextItem[]> => {
  const found: { of: string; near: PlacedEntity }[] = []
  const placed = centers.flatMap(({ id, position }) => (position === null ? [] : [{ id, position }]))
  for (const { id, position } of placed.slice(0, contextLimits.centers))
    for (const near of await source.near(position, radius, contextLimits.surroundings + 1))
      if (near.entityId !== id) found.push({ of: id, near })
  const neighbours = found.map(({ near }) => near.entityId)
  const names = await source.entities(neighbours)
  const last = await source.lastEvents([...neighbours, ...found.map(({ of }) => of)])
  return found.map(({ of, near }) => {
    const events = [last.get(near.entityId), last.get(of)].filter((event) => event !== undefined)
    return surroundingItem(of, near, names.get(near.entityId)?.name ?? null, events)
  })
}
