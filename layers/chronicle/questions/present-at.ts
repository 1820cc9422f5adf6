import { questionLimits } from './limits.ts'
import type { QuestionSource } from './source.ts'
import { standingOf } from './standing.ts'
import { toldEvent } from './told.ts'

/** Who was in an event, in what role, how they stand and what they have between them; undefined: it is not told. */
export const presentAt = async (
  source: QuestionSource,
  { chronicleId, eventId }: { chronicleId: string; eventId: string },
) => {
  const [event] = await source.events([{ chronicleId, eventId }])
  if (event === undefined) return undefined
  const ids = [...new Set(event.actors.map(({ entityId }) => entityId))]
  const entities = await source.entities(ids)
  const relationships = await source.edges({ ends: ids, among: true, limit: questionLimits.page })
  const present = ids.map((entityId) => {
    const entity = entities.get(entityId)
    const actors = event.actors.filter((actor) => actor.entityId === entityId)
    return {
      ...{ entityId, name: actors[0]!.name, roles: [...new Set(actors.map(({ role }) => role))] },
      entity: entity === undefined ? null : standingOf(entity),
    }
  })
  return { event: toldEvent(event), present, relationships }
}
