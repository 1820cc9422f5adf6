import { compareText } from '../projection/story-order.ts'
import { questionLimits } from './limits.ts'
import type { Edge, EdgeFact, EntityState, QuestionSource } from './source.ts'

export interface GraphAsked {
  chronicleId: string
  type?: string | undefined
  minStrength?: number | undefined
  /** One end. */
  entity?: string | undefined
  after?: Omit<Edge, 'strength'> | undefined
  limit: number
}

/**
 * Edges between actors of a chronicle and whomever, with what explains each (the last facts of it), in order of source,
 * target and type; and who their ends are.
 */
export const relationshipGraph = async (source: QuestionSource, asked: GraphAsked) => {
  const { chronicleId, type, minStrength, entity, after, limit } = asked
  const ends = entity === undefined ? undefined : [entity]
  const found = await source.edges({
    ends,
    actingIn: chronicleId,
    type,
    minStrength,
    after,
    limit: limit + 1,
  })
  const edges: (Edge & { events: EdgeFact[]; moreEvents: boolean })[] = []
  for (const edge of found.slice(0, limit)) {
    const { sourceId, targetId, type: edgeType } = edge
    const facts = await source.facts({ sourceId, targetId, type: edgeType })
    const events = facts.slice(-questionLimits.factsOfEdge)
    edges.push({ ...edge, events, moreEvents: facts.length > events.length })
  }
  const nodeIds = [...new Set(edges.flatMap(({ sourceId, targetId }) => [sourceId, targetId]))]
  const entities = await source.entities(nodeIds)
  return {
    nodes: nodeIds.sort(compareText).map((id) => nodeOf(id, entities.get(id))),
    edges,
    more: found.length > limit,
  }
}

const nodeOf = (id: string, entity: EntityState | undefined) => ({
  id,
  name: entity?.name ?? null,
  classType: entity?.classType ?? null,
})
