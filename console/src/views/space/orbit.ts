/** Where a camera is that looks at a point from around it; world units and radians. Pure. */
export interface Orbit {
  target: readonly [number, number, number]
  distance: number
  /** About the axis that is up. */
  azimuth: number
  /** From up, above 0 and below π. */
  polar: number
}

export type Up = 'y' | 'z'

const leastPolar = 0.02

export const turn = (orbit: Orbit, azimuth: number, polar: number): Orbit => ({
  ...orbit,
  azimuth: orbit.azimuth + azimuth,
  polar: Math.min(Math.PI - leastPolar, Math.max(leastPolar, orbit.polar + polar)),
})

/** Farther by a factor; never so near or far that floats end. */
export const zoom = (orbit: Orbit, factor: number): Orbit => ({
  ...orbit,
  distance: Math.min(1e13, Math.max(1e-3, orbit.distance * factor)),
})

/** From the target to the eye, of length 1. */
const directionOf = ({ azimuth, polar }: Orbit, up: Up): [number, number, number] => {
  const [across, along, above] = [
    Math.sin(polar) * Math.sin(azimuth),
    Math.sin(polar) * Math.cos(azimuth),
    Math.cos(polar),
  ]
  return up === 'y' ? [across, above, along] : [across, -along, above]
}

export const eyeOf = (orbit: Orbit, up: Up): [number, number, number] => {
  const direction = directionOf(orbit, up)
  const at = (axis: 0 | 1 | 2) => orbit.target[axis] + direction[axis] * orbit.distance
  return [at(0), at(1), at(2)]
}

/** Moves the target in the plane of the screen: so many parts of the distance to the right and up. */
export const pan = (orbit: Orbit, right: number, upward: number, up: Up): Orbit => {
  const back = directionOf(orbit, up)
  const pole: [number, number, number] = up === 'y' ? [0, 1, 0] : [0, 0, 1]
  const side = unit(cross(pole, back))
  const top = cross(back, side)
  const at = (axis: 0 | 1 | 2) =>
    orbit.target[axis] + orbit.distance * (right * side[axis] + upward * top[axis])
  return { ...orbit, target: [at(0), at(1), at(2)] }
}

type Vector = [number, number, number]

const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

const unit = (a: Vector): Vector => {
  const length = Math.hypot(...a)
  return [a[0] / length, a[1] / length, a[2] / length]
}

/** Part 0 is `from`, part 1 `to`; distances lie on a scale of factors, so that a long way goes evenly. */
export const between = (from: Orbit, to: Orbit, part: number): Orbit => {
  const eased = part * part * (3 - 2 * part)
  const on = (a: number, b: number) => a + (b - a) * eased
  const at = (axis: 0 | 1 | 2) => on(from.target[axis], to.target[axis])
  return {
    target: part >= 1 ? to.target : [at(0), at(1), at(2)],
    distance: part >= 1 ? to.distance : from.distance * (to.distance / from.distance) ** eased,
    azimuth: on(from.azimuth, to.azimuth),
    polar: on(from.polar, to.polar),
  }
}

/** From where all of a box is seen. */
export const orbitAround = (min: readonly number[], max: readonly number[]): Orbit => {
  const middle = (axis: number) => (min[axis]! + max[axis]!) / 2
  const radius = Math.hypot(max[0]! - min[0]!, max[1]! - min[1]!, max[2]! - min[2]!) / 2
  return {
    target: [middle(0), middle(1), middle(2)],
    distance: Math.max(radius, 1) * 2.2,
    ...{ azimuth: 0.6, polar: 1.1 },
  }
}
