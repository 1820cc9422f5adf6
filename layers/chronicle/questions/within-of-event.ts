import type { PlacedEntity, QuestionSource, StoryEvent, StoryPlace } from './source.ts'
import { toldEvent } from './told.ts'

/** Roles of what takes part in an event without being there as somebody is. */
const placeRoles = new Set(['place', 'location', 'destination'])

/**
 * Who was within a radius of an event. The moment is one of the story: where each was by what is told up to that event,
 * the event itself included; who has no position in the story by then is not found. The event is where it says; else
 * where its place is; else where the first of its actors who is anywhere is. Undefined: it is not told.
 */
export const withinOfEvent = async (
  source: QuestionSource,
  asked: { chronicleId: string; eventId: string; radius: number; limit: number },
) => {
  const [event] = await source.events([asked])
  if (event === undefined) return undefined
  const origin = await originOf(source, event, placeOf(event))
  const entities: PlacedEntity[] =
    origin === undefined
      ? []
      : await source.positionsAt(placeOf(event), origin, asked.radius, asked.limit + 1)
  return {
    ...{ event: toldEvent(event), origin: origin ?? null, entities: entities.slice(0, asked.limit) },
    more: entities.length > asked.limit,
  }
}

const placeOf = ({ toldAt, chronicleId, eventId }: StoryEvent): StoryPlace => ({
  ...{ toldAt, chronicleId, eventId },
})

const originOf = async (
  source: QuestionSource,
  { event, actors }: StoryEvent,
  place: StoryPlace,
): Promise<[number, number, number] | undefined> => {
  if (event.location?.position !== undefined) return event.location.position
  const isPlace = ({ role }: { role: string }) => placeRoles.has(role.toLowerCase())
  for (const { entityId } of [...actors.filter(isPlace), ...actors.filter((actor) => !isPlace(actor))]) {
    const position = await source.positionAt(place, entityId)
    if (position !== undefined) return position
  }
  return undefined
}
