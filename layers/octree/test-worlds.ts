import type { BodyArrays, BodySelection } from './bodies.ts'
import { philox4x32 } from './counter-rng.ts'

/** Worlds for the tests of this folder: the same in every run. */

/** Draws uniform numbers in [0, 1), the same sequence for the same seed. */
export function uniformSource(seed: number): () => number {
  const block = new Uint32Array(4)
  let counter = 0
  return () => {
    philox4x32(counter++, 0, 0, 0, seed, 0, block)
    return block[0] / 2 ** 32
  }
}

/** Bodies at the given positions; masses and activities are unequal unless given. */
export function bodiesAt(
  positions: readonly (readonly [number, number, number])[],
  weights: { mass?: number; activity?: number } = {},
): BodyArrays {
  return {
    count: positions.length,
    x: Float64Array.from(positions, (position) => position[0]),
    y: Float64Array.from(positions, (position) => position[1]),
    z: Float64Array.from(positions, (position) => position[2]),
    mass: Float64Array.from(positions, (_, body) => weights.mass ?? 1 + (body % 7) / 8),
    activity: Float64Array.from(positions, (_, body) => weights.activity ?? 0.5 + (body % 3) / 4),
  }
}

/** Bodies spread evenly over a cube. */
export function uniformCube(count: number, corner: number, side: number, seed = 1): BodyArrays {
  const random = uniformSource(seed)
  const coordinate = () => corner + side * random()
  return bodiesAt(Array.from({ length: count }, () => [coordinate(), coordinate(), coordinate()] as const))
}

/** A Plummer sphere of scale length 1 around the origin, cut at radius 20. */
export function plummerSphere(count: number, seed = 1): BodyArrays {
  const random = uniformSource(seed)
  return bodiesAt(
    Array.from({ length: count }, () => {
      const radius = Math.min(20, 1 / Math.sqrt((random() + 1e-9) ** (-2 / 3) - 1 + 1e-9))
      const height = 2 * random() - 1
      const angle = 2 * Math.PI * random()
      const across = Math.sqrt(1 - height * height)
      return [radius * across * Math.cos(angle), radius * across * Math.sin(angle), radius * height] as const
    }),
  )
}

/** The same bodies in another order: body k of the result is body permutation[k] of the argument. */
export function permuted(bodies: BodyArrays, permutation: Uint32Array): BodyArrays {
  const pick = (source: Float64Array) => Float64Array.from(permutation, (body) => source[body])
  return {
    count: bodies.count,
    x: pick(bodies.x),
    y: pick(bodies.y),
    z: pick(bodies.z),
    mass: pick(bodies.mass),
    activity: pick(bodies.activity),
  }
}

/** A random order of the bodies (Fisher and Yates). */
export function shuffledIndices(count: number, seed = 1): Uint32Array {
  const random = uniformSource(seed)
  const indices = Uint32Array.from({ length: count }, (_, body) => body)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[indices[last], indices[other]] = [indices[other], indices[last]]
  }
  return indices
}

export function allOf(bodies: BodyArrays): BodySelection {
  return { count: bodies.count, indices: Uint32Array.from({ length: bodies.count }, (_, body) => body) }
}
