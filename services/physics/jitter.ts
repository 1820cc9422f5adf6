import type { BodySelection } from '#octree/bodies'
import { uniformTriple } from '#octree/counter-rng'
import { hashOfId } from '#platform/arrays/id-table'
import type { Simulation } from './simulation.ts'

const draw = new Float64Array(3)

/**
 * Adds the jitter of so much time to the velocities: on each axis an acceleration uniform in ±jitter, drawn
 * from the world's seed, the tick and the body's id, the same whenever it is asked for.
 */
export const addJitter = (
  { bodies, settings }: Simulation,
  targets: BodySelection,
  tick: number,
  dt: number,
): void => {
  const { vx, vy, vz, jitter, ids } = bodies
  const { seed } = settings.physics
  for (let target = 0; target < targets.count; target++) {
    const body = targets.indices[target]
    if (jitter[body] === 0) continue
    uniformTriple(seed, 0, tick, hashOfId(ids, body, 1), hashOfId(ids, body, 2), draw)
    vx[body] += draw[0] * jitter[body] * dt
    vy[body] += draw[1] * jitter[body] * dt
    vz[body] += draw[2] * jitter[body] * dt
  }
}
