import type { Steps } from '../ast.ts'
import type { SnapshotEdge, WorldSnapshot } from './snapshot.ts'

/** Who is reached from `from` by as many edges in a row as `steps` allows. */
export const reach = (
  from: Iterable<string>,
  edges: readonly SnapshotEdge[],
  direction: 'to-source' | 'to-target',
  [fewest, most]: Steps | [number, null],
): Set<string> => {
  const reached = new Set<string>()
  let level = new Set(from)
  for (let step = 1; level.size > 0 && (most === null || step <= most); step++) {
    const next = new Set<string>()
    for (const { sourceId, targetId } of edges) {
      const [here, there] = direction === 'to-source' ? [targetId, sourceId] : [sourceId, targetId]
      if (level.has(here)) next.add(there)
    }
    if (step >= fewest) for (const id of next) reached.add(id)
    level = next
  }
  return reached
}

/** The edges that make the forest: both ends exist. */
export const hierarchyEdges = ({ entities, relationships }: WorldSnapshot): SnapshotEdge[] => {
  const ids = new Set(entities.map(({ id }) => id))
  return relationships.filter(
    ({ type, sourceId, targetId }) => type === 'hierarchy' && ids.has(sourceId) && ids.has(targetId),
  )
}
