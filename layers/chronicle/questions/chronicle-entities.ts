import type { QuestionSource } from './source.ts'
import { standingOf } from './standing.ts'

/** A page of those who act in a chronicle, in order of id, and how they stand. */
export const chronicleEntities = async (
  source: QuestionSource,
  { chronicleId, after, limit }: { chronicleId: string; after: string; limit: number },
) => {
  const found = await source.actors(chronicleId, after, limit + 1)
  const actors = found.slice(0, limit)
  const entities = await source.entities(actors.map(({ entityId }) => entityId))
  return {
    more: found.length > limit,
    entities: actors.map((actor) => {
      const entity = entities.get(actor.entityId)
      return { ...actor, entity: entity === undefined ? null : standingOf(entity) }
    }),
  }
}
