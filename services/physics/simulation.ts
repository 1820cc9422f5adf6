import { type Octree, treeBytes } from '#octree/tree'
import type { WorldSettings } from '#world/settings'
import { allocateBodies, type Bodies, bodiesBytes } from './bodies.ts'
import { type Gamma, gammaBytes, gammaUnder } from './gamma.ts'
import { createHierarchy, type Hierarchy, hierarchyBytes } from './hierarchy.ts'
import type { Members } from './members.ts'
import { createSpace, type Space, spaceBytes } from './space.ts'

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
  /** What the ledger committed last, where bodies act on it. */
  gamma: Gamma | undefined
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
  /** The octree of all bodies. */
  space: Space
  /** The octree of the active bodies where others are not, and which they are. */
  field: Octree | undefined
  members: Members | undefined
  /** Accelerations by body; allocated when something is active. */
  ax: Float64Array
  ay: Float64Array
  az: Float64Array
  /** Indices of the bodies that the step at hand moves. */
  moving: Uint32Array
  /** The accelerations are of the bodies, the hierarchy, the gamma and the settings as they are. */
  accelerationsCurrent: boolean
}

export const createSimulation = (
  identity: { worldId: string; tenantId: string; tick: number; seq: number; settings: WorldSettings },
  bodies: Bodies = allocateBodies(),
): Simulation => ({
  ...identity,
  bodies,
  hierarchy: createHierarchy(),
  gamma: gammaUnder(identity.settings, undefined),
  removed: new Set(),
  firstRowsHold: true,
  hasDirty: false,
  work: {
    space: createSpace(),
    field: undefined,
    members: undefined,
    ax: new Float64Array(0),
    ay: new Float64Array(0),
    az: new Float64Array(0),
    moving: new Uint32Array(0),
    accelerationsCurrent: false,
  },
})

/** Memory of the state and of its steps. */
export const simulationBytes = ({ bodies, hierarchy, gamma, work }: Simulation): number =>
  bodiesBytes(bodies) +
  hierarchyBytes(hierarchy) +
  gammaBytes(gamma) +
  work.ax.byteLength * 3 +
  work.moving.byteLength +
  (work.members?.indices.byteLength ?? 0) * 11 +
  spaceBytes(work.space) +
  (work.field === undefined ? 0 : treeBytes(work.field))
