import type { BodyArrays, BodySelection } from './bodies.ts'
import { makeCellRoom, readSlot, writeNumber } from './kernel-memory.ts'
import { growScratch, type Octree } from './tree.ts'
import { runHere, type Work } from './work.ts'

/** Where accelerations go, in units / time^2, by body index; owned by the caller. */
export interface Accelerations {
  ax: Float64Array
  ay: Float64Array
  az: Float64Array
}

/** The constants of the field; all finite, softening and theta not negative. */
export interface FieldParameters {
  /** G, in units^3 / (mass * time^2); negative repels. */
  gravity: number
  /** Plummer softening length epsilon in world units. */
  softeningUnits: number
  /** Opening angle: wider is faster and less exact; 0 sums over all pairs. */
  theta: number
}

/**
 * A cell that makes the share s of the field somewhere acts there as a whole where
 * ((r_a + r_b) / distance)^4 * s < (angleShare * theta)^4, with the radii of the two cells; so that what matters little is
 * taken more roughly. At theta = 0.5 the median relative error is then below 5e-4 and the 99th percentile below
 * 5e-3, in evenly spread and in clustered worlds (npm run bench octree), and below about
 * three times that in sheets and shells.
 */
export const angleShare = 0.34
/** (d^2 + epsilon^2)^(3/2) at or below this exerts nothing: bodies that coincide, without softening. */
const leastCube = 1e-300

/**
 * Overwrites the acceleration of every body with the field of all others,
 * a_i * G * sum of a_j * m_j * (p_j - p_i) / (|p_j - p_i|^2 + epsilon^2)^(3/2), by a fast multipole method: Cartesian
 * expansions of order 4 between cells (Dehnen 2002, J. Comput. Phys. 179, 27), pairs of bodies between leaves, in
 * single precision about each leaf, close pairs in double. The result is the same bit for bit on every machine
 * and with any number of threads.
 *
 * @param tree just built from these bodies; it has its positions in its own memory.
 * @throws RangeError for a parameter out of range, or a weight a * m that is negative or not finite.
 */
export function fieldAccelerations(
  tree: Octree,
  bodies: BodyArrays,
  parameters: FieldParameters,
  out: Accelerations,
): void {
  runHere(tree.kernel, computingField(tree, bodies, parameters, out))
}

/**
 * The work of `fieldAccelerations`, for one thread or a team of them.
 *
 * @param places where in `out` the acceleration of each body goes. Default: at its index.
 */
export function* computingField(
  tree: Octree,
  bodies: BodyArrays,
  parameters: FieldParameters,
  out: Accelerations,
  places?: Uint32Array,
): Work<void> {
  checkParameters(parameters)
  const { gravity, softeningUnits, theta } = parameters
  const weightScale = scaleOf(bodies)
  const { kernel } = tree
  writeNumber(kernel, 'softeningSquared', softeningUnits * softeningUnits)
  writeNumber(kernel, 'theta', theta * angleShare)
  writeNumber(kernel, 'weightScale', weightScale)
  for (;;) {
    loadWeights(tree, bodies)
    makeCellRoom(kernel, tree.nodes.count)
    yield 'field'
    if (readSlot(kernel, 'failed') === 0) break
    growScratch(tree)
  }
  spread(tree, bodies, gravity / weightScale, out, places)
}

/** A power of two that brings the sum of all weights to about 1, whatever their order. */
function scaleOf({ count, mass, activity }: BodyArrays): number {
  let heaviest = 0
  for (let body = 0; body < count; body++) {
    const weight = activity[body] * mass[body]
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`mass and activity of body ${body} must be finite and not negative`)
    }
    if (weight > heaviest) heaviest = weight
  }
  let scale = 1
  while (heaviest * count * scale >= 1) scale /= 2
  while (heaviest > 0 && heaviest * count * scale < 0.5 && scale < 2 ** 1_000) scale *= 2
  return scale
}

function loadWeights(tree: Octree, { count, mass, activity }: BodyArrays): void {
  const weights = tree.arrays.input.x
  for (let body = 0; body < count; body++) weights[body] = activity[body] * mass[body]
}

function spread(
  { arrays: { accelerations }, count }: Octree,
  { activity }: BodyArrays,
  factor: number,
  { ax, ay, az }: Accelerations,
  places: Uint32Array | undefined,
): void {
  for (let body = 0, row = 0; body < count; body++, row += 3) {
    const place = places === undefined ? body : places[body]
    const coupling = factor * activity[body]
    // not -0 for bodies that feel nothing
    ax[place] = coupling === 0 ? 0 : coupling * accelerations[row]
    ay[place] = coupling === 0 ? 0 : coupling * accelerations[row + 1]
    az[place] = coupling === 0 ? 0 : coupling * accelerations[row + 2]
  }
}

/**
 * Overwrites the acceleration of each target with the sum over all bodies, in double precision and the order of the
 * input: the reference for `fieldAccelerations`. `theta` is not used.
 *
 * @throws RangeError for a parameter or target out of range.
 */
export function directAccelerations(
  bodies: BodyArrays,
  parameters: FieldParameters,
  targets: BodySelection,
  out: Accelerations,
): void {
  checkParameters(parameters)
  const { count, x, y, z, mass, activity } = bodies
  const softeningSquared = parameters.softeningUnits * parameters.softeningUnits
  for (let t = 0; t < targets.count; t++) {
    const i = targets.indices[t]
    if (!(i < count)) throw new RangeError(`targets name body ${i} of ${count}`)
    let ax = 0
    let ay = 0
    let az = 0
    for (let j = 0; j < count; j++) {
      const dx = x[j] - x[i]
      const dy = y[j] - y[i]
      const dz = z[j] - z[i]
      const square = dx * dx + dy * dy + dz * dz + softeningSquared
      const cube = square * Math.sqrt(square)
      if (cube <= leastCube) continue
      const pull = (activity[j] * mass[j]) / cube
      ax += pull * dx
      ay += pull * dy
      az += pull * dz
    }
    const coupling = parameters.gravity * activity[i]
    out.ax[i] = coupling * ax
    out.ay[i] = coupling * ay
    out.az[i] = coupling * az
  }
}

function checkParameters({ gravity, softeningUnits, theta }: FieldParameters): void {
  if (!Number.isFinite(gravity)) throw new RangeError(`gravity must be finite, not ${gravity}`)
  if (!(softeningUnits >= 0 && softeningUnits < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`softeningUnits must be finite and not negative, not ${softeningUnits}`)
  }
  if (!(theta >= 0 && theta < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`theta must be finite and not negative, not ${theta}`)
  }
}
