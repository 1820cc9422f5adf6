import { buildingTree, type Octree, prepareTree } from '#octree/tree'
import { compute, computeThreads } from './compute.ts'
import { type Blocks, drive } from './drive.ts'
import { compareIds } from './id-table.ts'
import type { Simulation } from './simulation.ts'

/**
 * The octree of all bodies as they are; built anew where they have changed.
 *
 * @yields while it is built, perhaps for another caller.
 */
export function* spaceTree({ bodies, work }: Simulation): Blocks<Octree> {
  while (work.spaceVersion !== work.version) {
    if (work.spaceBuilding !== undefined) {
      yield work.spaceBuilding
      continue
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    work.spaceBuilding = promise
    try {
      const { version } = work
      const tree = (work.space ??= prepareTree({ threads: computeThreads }))
      const options = { compareIds: (i: number, j: number) => compareIds(bodies.ids, i, j) }
      yield* compute(tree.kernel, buildingTree(tree, bodies, options), bodies.count)
      work.spaceVersion = version
    } finally {
      work.spaceBuilding = undefined
      resolve()
    }
  }
  return work.space!
}

/** The same for who asks in between: to be used before the next turn of the event loop, in which bodies may move. */
export const currentTree = (simulation: Simulation): Promise<Octree> => drive(spaceTree(simulation))
