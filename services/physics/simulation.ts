import type { Octree } from '#octree/tree'
import { buildTree } from '#octree/tree'
import type { WorldSettings } from '#world/settings'
import { allocateBodies, type Bodies, bodiesBytes } from './bodies.ts'
import { createHierarchy, type Hierarchy, hierarchyBytes } from './hierarchy.ts'
import { compareIds } from './id-table.ts'

/** The state of one world's physics, and the working memory of its steps. */
export interface Simulation {
  worldId: string
  tenantId: string
  /** The last tick. */
  tick: number
  /** The last event applied. */
  seq: number
  settings: WorldSettings
  bodies: Bodies
  hierarchy: Hierarchy
  /** Entities whose row is to go. */
  removed: Set<string>
  /**
   * Whether a new entity's first row is surely as the entity's event says: not where an id may have been
   * used before, since the first row leaves an older one in place.
   */
  firstRowsHold: boolean
  /** Some body has the flag dirty, or `removed` is not empty. */
  hasDirty: boolean
  work: StepMemory
}

/** What a step keeps between ticks; all of it can be made again from the state, bit by bit. */
export interface StepMemory {
  tree: Octree | undefined
  /** The tree is of the bodies as they are. */
  treeCurrent: boolean
  /** Accelerations by body; allocated when something is active. */
  ax: Float64Array
  ay: Float64Array
  az: Float64Array
  /** Indices of the bodies that the step at hand moves. */
  moving: Uint32Array
  /** The accelerations are of the bodies, the hierarchy and the settings as they are. */
  accelerationsCurrent: boolean
}

export const createSimulation = (
  identity: { worldId: string; tenantId: string; tick: number; seq: number; settings: WorldSettings },
  bodies: Bodies = allocateBodies(),
): Simulation => ({
  ...identity,
  bodies,
  hierarchy: createHierarchy(),
  removed: new Set(),
  firstRowsHold: true,
  hasDirty: false,
  work: {
    tree: undefined,
    treeCurrent: false,
    ax: new Float64Array(0),
    ay: new Float64Array(0),
    az: new Float64Array(0),
    moving: new Uint32Array(0),
    accelerationsCurrent: false,
  },
})

/** The octree of the bodies as they are. */
export const currentTree = ({ bodies, work }: Simulation): Octree => {
  if (work.tree === undefined || !work.treeCurrent) {
    work.tree = buildTree(bodies, { compareIds: (i, j) => compareIds(bodies.ids, i, j), reuse: work.tree })
    work.treeCurrent = true
  }
  return work.tree
}

/** Positions, masses or activities changed, or bodies came or went. */
export const outdate = ({ work }: Simulation): void => {
  work.treeCurrent = false
  work.accelerationsCurrent = false
}

/** Memory of the state and of its steps. */
export const simulationBytes = ({ bodies, hierarchy, work }: Simulation): number =>
  bodiesBytes(bodies) +
  hierarchyBytes(hierarchy) +
  work.ax.byteLength * 3 +
  work.moving.byteLength +
  (work.tree === undefined ? 0 : arrayBytes(work.tree))

/** Bytes of all buffers under an object, each counted once. */
const arrayBytes = (value: object, seen = new Set<ArrayBufferLike>()): number => {
  if (ArrayBuffer.isView(value)) {
    if (seen.has(value.buffer)) return 0
    seen.add(value.buffer)
    return value.buffer.byteLength
  }
  let bytes = 0
  for (const part of Object.values(value))
    if (typeof part === 'object' && part !== null) bytes += arrayBytes(part, seen)
  return bytes
}
