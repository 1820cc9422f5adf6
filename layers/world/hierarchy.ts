/** The forest of a world's entities. An entity without a parent is a root, at depth 0. */
export interface Hierarchy {
  roots: string[]
  /** Parent by child; roots are not in it. */
  parents: Map<string, string>
  /** Children by parent, in order of id; entities without children are not in it. */
  children: Map<string, string[]>
  depths: Map<string, number>
  maxDepth: number
}

/**
 * Builds the forest of the entities `ids` (in order) from the edges (source = parent, target = child).
 * An edge with an end that does not exist takes no part. The edges hold one parent at most and no cycle:
 * the write path sees to it.
 */
export const buildHierarchy = (
  ids: readonly string[],
  edges: Iterable<{ sourceId: string; targetId: string }>,
): Hierarchy => {
  const exists = new Set(ids)
  const parents = new Map<string, string>()
  for (const { sourceId, targetId } of edges)
    if (exists.has(sourceId) && exists.has(targetId)) parents.set(targetId, sourceId)

  const children = new Map<string, string[]>()
  const roots: string[] = []
  for (const id of ids) {
    const parent = parents.get(id)
    if (parent === undefined) roots.push(id)
    else if (children.has(parent)) children.get(parent)!.push(id)
    else children.set(parent, [id])
  }
  return { roots, parents, children, ...depthsOf(roots, children) }
}

const depthsOf = (
  roots: string[],
  children: Map<string, string[]>,
): { depths: Map<string, number>; maxDepth: number } => {
  const depths = new Map<string, number>()
  let maxDepth = 0
  for (let level = roots, depth = 0; level.length > 0; depth++) {
    maxDepth = depth
    for (const id of level) depths.set(id, depth)
    level = level.flatMap((id) => children.get(id) ?? [])
  }
  return { depths, maxDepth }
}

/** The entities at a depth, in breadth-first order. */
export const entitiesAtDepth = ({ depths }: Hierarchy, depth: number): string[] =>
  [...depths].filter(([, at]) => at === depth).map(([id]) => id)
