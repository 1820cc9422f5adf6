import type { BodyArrays } from '#octree/bodies'
import { type Accelerations, computingField, type FieldParameters } from '#octree/forces'
import { bodiesWithin, nearest } from '#octree/queries'
import { createTeam } from '#octree/team'
import {
  buildingTree,
  prepareTree,
  type SearchTree,
  searchLeafBodies,
  searchTreeOf,
  treeBytes,
} from '#octree/tree'

/** Orrery's octree as the bench uses it: the one file that knows how it is called. */
export interface Engine {
  /** Builds the tree of these bodies, in the memory of the one before; the engine reads them until the next build. */
  build(bodies: BodyArrays): Promise<void>
  /** The same for searches alone, as a world has it whose bodies are not all active: a copy of what they read. */
  buildForSearch(bodies: BodyArrays): Promise<void>
  /** Of all bodies of the last build, by body index; the arrays are the engine's, and good until its next call. */
  accelerations(parameters: FieldParameters): Promise<Accelerations>
  /** How many bodies are at most `radius` units from the point. */
  sphere(x: number, y: number, z: number, radius: number): number
  /** Indices of the k bodies nearest to the point. */
  nearest(x: number, y: number, z: number, k: number): ArrayLike<number>
  /** Puts body indices[k] at (x[k], y[k], z[k]); then the tree answers queries again. */
  move(indices: Uint32Array, x: Float64Array, y: Float64Array, z: Float64Array): Promise<void>
  /** Of everything that a build and a force evaluation need beside the bodies: positions, accelerations and scratch. */
  bytes(): number
  close(): Promise<void>
}

/** An octree and as many threads to work on it, beside this one. */
export const open = async (threads: number): Promise<Engine> => {
  const team = createTeam(threads)
  const tree = prepareTree({ threads })
  let bodies: BodyArrays | undefined
  let out: Accelerations = { ax: new Float64Array(0), ay: new Float64Array(0), az: new Float64Array(0) }

  let searched: SearchTree = tree

  const build = async (next: BodyArrays): Promise<void> => {
    bodies = next
    searched = await team.run(tree.kernel, buildingTree(tree, next, {}))
  }

  return {
    build,
    buildForSearch: async (next) => {
      bodies = next
      await team.run(tree.kernel, buildingTree(tree, next, { leafBodies: searchLeafBodies }))
      searched = searchTreeOf(tree)
    },
    accelerations: async (parameters) => {
      const { count } = bodies!
      if (out.ax.length !== count)
        out = { ax: new Float64Array(count), ay: new Float64Array(count), az: new Float64Array(count) }
      await team.run(tree.kernel, computingField(tree, bodies!, parameters, out))
      return out
    },
    sphere: (x, y, z, radius) => bodiesWithin(searched, bodies!, x, y, z, radius).length,
    nearest: (x, y, z, k) => nearest(searched, bodies!, x, y, z, k).indices,
    move: async (indices, x, y, z) => {
      for (let k = 0; k < indices.length; k++) {
        bodies!.x[indices[k]] = x[k]
        bodies!.y[indices[k]] = y[k]
        bodies!.z[indices[k]] = z[k]
      }
      await build(bodies!)
    },
    bytes: () => treeBytes(tree),
    close: () => team.close(),
  }
}
