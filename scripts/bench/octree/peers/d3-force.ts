import { forceManyBody } from 'd3-force-3d'
import type { BodyArrays } from '#octree/bodies'

/**
 * d3-force-3d 3.0, its force `forceManyBody` in three dimensions: builds a d3-octree and adds to the
 * velocities of all nodes. Its law is 1 ÷ distance, so its error is not compared.
 *
 * @returns runs it once.
 */
export const d3Forces = ({ count, x, y, z }: BodyArrays, theta: number): (() => void) => {
  const nodes = Array.from({ length: count }, (_, index) => ({
    ...{ index, x: x[index], y: y[index], z: z[index] },
    ...{ vx: 0, vy: 0, vz: 0 },
  }))
  const force = forceManyBody().strength(1).theta(theta)
  force.initialize(nodes, Math.random, 3)
  return () => force(1)
}
