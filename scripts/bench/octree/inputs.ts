import type { BodyArrays } from '#octree/bodies'

/** The worlds that are measured: bodies of mass 1 and activity 1, the same in every run. */
export const inputNames = ['uniform', 'Plummer'] as const
export type InputName = (typeof inputNames)[number]

/**
 * Softening length in units: a thousandth of the scale of both inputs, which is 1. It is a tenth of the mean
 * distance of neighbours in a uniform cube of 1,000,000 bodies, so close pairs still show.
 */
export const softeningUnits = 1e-3

/** The radius, in scale lengths, beyond which a Plummer sphere has no bodies: 0.4 % of its mass. */
const cutRadius = 20

/** Numbers in [0, 1) on a grid of 2^-32, the same for the same seed: mulberry32 (Tommy Ettinger, public domain). */
export const uniformSource = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const allocate = (count: number): BodyArrays => ({
  count,
  x: new Float64Array(count),
  y: new Float64Array(count),
  z: new Float64Array(count),
  mass: new Float64Array(count).fill(1),
  activity: new Float64Array(count).fill(1),
})

/** Bodies spread evenly over the cube from 0 to 1. */
export const uniformCube = (count: number, seed = 1): BodyArrays => {
  const random = uniformSource(seed)
  const bodies = allocate(count)
  for (let body = 0; body < count; body++) {
    bodies.x[body] = random()
    bodies.y[body] = random()
    bodies.z[body] = random()
  }
  return bodies
}

/**
 * A Plummer sphere of scale length 1 around the origin: radii by the inverse of the enclosed mass
 * r^3 / (1 + r^2)^(3/2), directions even (Aarseth, Hénon and Wielen, Astron. Astrophys. 37, 1974).
 */
const plummerSphere = (count: number, seed = 1): BodyArrays => {
  const random = uniformSource(seed)
  const bodies = allocate(count)
  const enclosed = cutRadius ** 3 / (1 + cutRadius ** 2) ** 1.5
  for (let body = 0; body < count; body++) {
    const share = enclosed * (random() + 2 ** -33)
    const radius = 1 / Math.sqrt(share ** (-2 / 3) - 1)
    const height = 2 * random() - 1
    const across = Math.sqrt(1 - height * height)
    const angle = 2 * Math.PI * random()
    bodies.x[body] = radius * across * Math.cos(angle)
    bodies.y[body] = radius * across * Math.sin(angle)
    bodies.z[body] = radius * height
  }
  return bodies
}

export const makeInput = (name: InputName, count: number): BodyArrays =>
  name === 'uniform' ? uniformCube(count) : plummerSphere(count)
