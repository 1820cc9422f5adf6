import { compareStoryOrder, compareText } from '../projection/story-order.ts'
import type { Edge, EdgeFact, QuestionSource } from './source.ts'

export type RelationshipChange = EdgeFact & Omit<Edge, 'strength'>

/** What changed what two have between them, either way, in the order of the story. */
export const relationshipChanges = async (
  source: QuestionSource,
  { a, b, type, limit }: { a: string; b: string; type?: string | undefined; limit: number },
): Promise<RelationshipChange[]> => {
  const pairs = a === b ? [[a, b] as const] : [[a, b] as const, [b, a] as const]
  const changes: RelationshipChange[] = []
  for (const [sourceId, targetId] of pairs)
    for (const one of type === undefined ? await source.edgeTypes(sourceId, targetId) : [type])
      for (const fact of await source.facts({ sourceId, targetId, type: one }))
        changes.push({ sourceId, targetId, type: one, ...fact })
  return changes.sort(compareChanges).slice(0, limit)
}

const compareChanges = (a: RelationshipChange, b: RelationshipChange): number =>
  compareStoryOrder(orderOf(a), orderOf(b)) ||
  compareText(a.sourceId, b.sourceId) ||
  compareText(a.targetId, b.targetId) ||
  compareText(a.type, b.type)

const orderOf = ({ toldAt, chronicleId, eventId }: EdgeFact) => ({
  ...{ toldAt: Date.parse(toldAt), chronicleId, eventId, ordinal: 0 },
})
