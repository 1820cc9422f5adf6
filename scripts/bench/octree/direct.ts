import type { BodyArrays } from '#octree/bodies'
import type { Accelerations } from '#octree/forces'
import { median } from '../harness.ts'
import { softeningUnits, uniformSource } from './inputs.ts'

/** Exact accelerations of some bodies: rows of three, one a target. */
export interface Reference {
  targets: Uint32Array
  rows: Float64Array
}

const sampled = 1_000

/**
 * The direct sum over all bodies, in doubles, for a seeded sample of 1,000 of them (all where there are fewer),
 * with gravity 1 and the softening of the inputs. On its own on purpose: it shares no code with what it
 * judges. 1,000,000 bodies take about six seconds.
 */
export const directReference = (bodies: BodyArrays): Reference => {
  const targets = drawTargets(bodies.count)
  const rows = new Float64Array(3 * targets.length)
  targets.forEach((target, k) => {
    rows.set(sumAt(bodies, target), 3 * k)
  })
  return { targets, rows }
}

const drawTargets = (count: number): Uint32Array => {
  const random = uniformSource(7)
  const drawn = new Set<number>()
  while (drawn.size < Math.min(sampled, count)) drawn.add(Math.floor(random() * count))
  return Uint32Array.from(drawn)
}

const sumAt = ({ count, x, y, z, mass }: BodyArrays, target: number): [number, number, number] => {
  const [px, py, pz] = [x[target], y[target], z[target]]
  let [ax, ay, az] = [0, 0, 0]
  for (let body = 0; body < count; body++) {
    const dx = x[body] - px
    const dy = y[body] - py
    const dz = z[body] - pz
    const square = dx * dx + dy * dy + dz * dz + softeningUnits * softeningUnits
    const pull = mass[body] / (square * Math.sqrt(square))
    ax += pull * dx
    ay += pull * dy
    az += pull * dz
  }
  return [ax, ay, az]
}

/** Relative errors |a − a_direct| ÷ |a_direct| over the sample. */
export interface ForceErrors {
  median: number
  /** 99 % are at most this. */
  p99: number
}

export const forceErrors = (
  { targets, rows }: Reference,
  { ax, ay, az }: Record<keyof Accelerations, ArrayLike<number>>,
): ForceErrors => {
  const errors = Array.from(targets, (target, k) => {
    const [x, y, z] = rows.subarray(3 * k, 3 * k + 3)
    return Math.hypot(ax[target] - x, ay[target] - y, az[target] - z) / Math.hypot(x, y, z)
  })
  errors.sort((a, b) => a - b)
  return { median: median(errors), p99: errors[Math.ceil(0.99 * errors.length) - 1] }
}
