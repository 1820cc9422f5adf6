import type { BodyArrays } from '#octree/bodies'
import { type Accelerations, type FieldParameters, fieldAccelerations } from '#octree/forces'
import { computeMoments } from '#octree/moments'
import { nearest, withinSphere } from '#octree/queries'
import { buildTree, type Octree } from '#octree/tree'

/** Orrery's octree as the bench uses it: the one file that knows how it is called. */
export interface Engine {
  /** Builds the tree of these bodies, in the memory of the one before; the engine reads them until the next build. */
  build(bodies: BodyArrays): Promise<void>
  /** Of all bodies of the last build, by body index; the arrays are the engine's, and good until its next call. */
  accelerations(parameters: FieldParameters): Promise<Accelerations>
  /** How many bodies are at most `radius` units from the point. */
  sphere(x: number, y: number, z: number, radius: number): number
  /** Indices of the k bodies nearest to the point. */
  nearest(x: number, y: number, z: number, k: number): ArrayLike<number>
  /** Puts body indices[k] at (x[k], y[k], z[k]); then the tree answers queries again. */
  move(indices: Uint32Array, x: Float64Array, y: Float64Array, z: Float64Array): Promise<void>
  /** Of the tree, its moments and everything that a build and a force evaluation need beside the bodies. */
  bytes(): number
  close(): Promise<void>
}

/** @param _threads one thread is all there is. */
export const open = async (_threads: number): Promise<Engine> => {
  let bodies: BodyArrays | undefined
  let tree: Octree | undefined
  let all = new Uint32Array(0)
  let out: Accelerations = { ax: new Float64Array(0), ay: new Float64Array(0), az: new Float64Array(0) }

  const build = async (next: BodyArrays): Promise<void> => {
    bodies = next
    tree = buildTree(next, { reuse: tree })
  }

  const makeRoom = (count: number): void => {
    if (all.length === count) return
    all = Uint32Array.from({ length: count }, (_, body) => body)
    out = { ax: new Float64Array(count), ay: new Float64Array(count), az: new Float64Array(count) }
  }

  return {
    build,
    accelerations: async (parameters) => {
      makeRoom(bodies!.count)
      computeMoments(tree!, bodies!)
      const targets = { count: bodies!.count, indices: all }
      for (const _ of fieldAccelerations(tree!, bodies!, parameters, targets, out));
      return out
    },
    sphere: (x, y, z, radius) => withinSphere(tree!, bodies!, x, y, z, radius).indices.length,
    nearest: (x, y, z, k) => nearest(tree!, bodies!, x, y, z, k).indices,
    move: async (indices, x, y, z) => {
      for (let k = 0; k < indices.length; k++) {
        bodies!.x[indices[k]] = x[k]
        bodies!.y[indices[k]] = y[k]
        bodies!.z[indices[k]] = z[k]
      }
      await build(bodies!)
    },
    bytes: () => arrayBytes(tree!) + arrayBytes(out) + all.byteLength,
    close: async () => {
      tree = bodies = undefined
    },
  }
}

/** Of all buffers under an object, each counted once. */
const arrayBytes = (value: object, seen = new Set<ArrayBufferLike>()): number => {
  if (ArrayBuffer.isView(value)) {
    if (seen.has(value.buffer)) return 0
    seen.add(value.buffer)
    return value.buffer.byteLength
  }
  return Object.values(value)
    .filter((part) => typeof part === 'object' && part !== null)
    .reduce((sum: number, part: object) => sum + arrayBytes(part, seen), 0)
}
