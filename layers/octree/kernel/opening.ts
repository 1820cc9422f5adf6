import { anglesSlot, thetaSlot } from './layout'

/** Octaves of weight below the whole world's, for which the opening angle is solved once an evaluation. */
const octaves: i32 = 64
const cubeRootOfTwo: f64 = 1.2599210498948732

/**
 * Fills the table of 1 / theta by weight: theta^6 / (1 - theta)^2 grows as weight^(-1/3), so that light cells, whose
 * errors matter less, are taken at wider angles (Dehnen 2002, J. Comput. Phys. 179, equation 13, for expansions of
 * order 4). The whole world has the parameter theta.
 */
export function solveAngles(): void {
  const least = load<f64>(thetaSlot)
  let level = angleTerm(least)
  for (let octave = 0; octave < octaves; octave++) {
    let low = least
    let high: f64 = 1
    for (let k = 0; k < 40; k++) {
      const middle = 0.5 * (low + high)
      if (angleTerm(middle) < level) low = middle
      else high = middle
    }
    store<f64>(anglesSlot + ((<usize>octave) << 3), 1 / low)
    level *= cubeRootOfTwo
  }
}

function angleTerm(theta: f64): f64 {
  const square = theta * theta
  const rest = 1 - theta
  return (square * square * square) / (rest * rest)
}

/** 1 / theta of a cell of this weight, where the whole world weighs between 1/2 and 1. */
export function inverseAngle(table: usize, weight: f64): f64 {
  const bits = reinterpret<i64>(weight)
  const octave = 1022 - <i32>(bits >> 52)
  if (octave >= octaves - 1) return load<f64>(table + (octaves - 1) * 8)
  if (octave < 0) return load<f64>(table)
  const share = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000) - 1
  const wide = load<f64>(table + ((<usize>(octave + 1)) << 3))
  return wide + (load<f64>(table + ((<usize>octave) << 3)) - wide) * share
}
