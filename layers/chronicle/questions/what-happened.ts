import type { QuestionSource, StoryPlace, TimelineRange } from './source.ts'
import { standingOf } from './standing.ts'
import { toldEvent } from './told.ts'

/** What happened to an entity, in the order of the story, and how and where it is. */
export const whatHappened = async (source: QuestionSource, entityId: string, range: TimelineRange) => {
  const events = await source.timeline(entityId, { ...range, limit: range.limit + 1 })
  const page = events.slice(0, range.limit)
  const last = page.at(-1)
  const next: StoryPlace | undefined =
    events.length > page.length && last !== undefined
      ? { toldAt: last.toldAt, chronicleId: last.chronicleId, eventId: last.eventId }
      : undefined
  const entity = (await source.entities([entityId])).get(entityId)
  return { entity: entity === undefined ? null : standingOf(entity), events: page.map(toldEvent), next }
}
