import { createRequire } from 'node:module'
import type { PhysicsSettings, PhysicsSimulator } from 'ngraph.forcelayout'
import type { BodyArrays } from '#octree/bodies'

// the types of the package do not name what it exports beside its layout
const { simulator } = createRequire(import.meta.url)('ngraph.forcelayout') as {
  simulator: (settings: Partial<PhysicsSettings>) => PhysicsSimulator
}

/** Builds the tree and sums the forces of all bodies, once. */
export interface NgraphForces {
  run(): void
  /** Of body i; mass 1 makes them accelerations. */
  accelerations(): { ax: number[]; ay: number[]; az: number[] }
}

/**
 * ngraph.forcelayout 3.3 in three dimensions: its force `nbody` alone, as its simulator runs it in each step
 * (tree and forces; its drag, a multiplication a body, is in it and 0). It has no softening, and attracts where
 * gravity is positive. Its tree nodes are reused from the second run on.
 */
export const ngraphForces = ({ count, x, y, z }: BodyArrays, theta: number): NgraphForces => {
  const simulation = simulator({ dimensions: 3, gravity: 1, theta, dragCoefficient: 0 })
  for (let body = 0; body < count; body++)
    simulation.addBodyAt({ x: x[body], y: y[body], z: z[body] }).mass = 1
  const nbody = simulation.getForces().get('nbody')!
  const { bodies } = simulation
  return {
    run: () => nbody(0),
    accelerations: () => ({
      ax: bodies.map(({ force }) => force.x),
      ay: bodies.map(({ force }) => force.y),
      az: bodies.map(({ force }) => force.z!),
    }),
  }
}
