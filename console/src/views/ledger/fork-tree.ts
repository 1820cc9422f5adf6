export interface Forked {
  worldId: string
  name: string
  parent: { worldId: string; name: string; seq: number } | null
}

export interface ForkNode<W extends Forked> {
  world: W
  forks: ForkNode<W>[]
}

/** Worlds as trees of forks, by name; a fork whose parent is not among them stands alone. */
export const forkTrees = <W extends Forked>(worlds: readonly W[]): ForkNode<W>[] => {
  const nodes = new Map(worlds.map((world) => [world.worldId, { world, forks: [] } as ForkNode<W>]))
  const roots: ForkNode<W>[] = []
  for (const node of nodes.values()) {
    const parent = node.world.parent && nodes.get(node.world.parent.worldId)
    if (parent) parent.forks.push(node)
    else roots.push(node)
  }
  return roots
}

/** The tree that a world is in; undefined: there is no such world. */
export const treeOf = <W extends Forked>(
  trees: readonly ForkNode<W>[],
  name: string,
): ForkNode<W> | undefined => trees.find((tree) => holds(tree, name))

const holds = <W extends Forked>({ world, forks }: ForkNode<W>, name: string): boolean =>
  world.name === name || world.worldId === name || forks.some((fork) => holds(fork, name))
