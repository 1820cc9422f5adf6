import type { BodySelection } from '#octree/bodies'
import type { Accelerations } from '#octree/forces'
import type { Blocks } from '#platform/arrays/drive'
import type { Bodies } from './bodies.ts'
import { type Hierarchy, resolveHierarchy } from './hierarchy.ts'
import { createOrderFreeSums, type OrderFreeSums } from './order-free-sums.ts'

/** Bodies between two yields. */
const block = 65_536

/**
 * The hierarchical entanglement force: each motif g draws its members to its weighted centre,
 * F_i = k · w_i · a_i · (c_g − p_i) with c_g = Σ w·p ÷ Σ w over all members, the inert ones too: they mark a
 * place, though nothing moves them. A motif whose weights do not sum to a positive number has no centre.
 * Adds F/m to the accelerations of the targets. The sums do not depend on the order in which bodies are stored.
 *
 * @yields after each block of bodies.
 */
export function* addEntanglement(
  hierarchy: Hierarchy,
  bodies: Bodies,
  k: number,
  targets: BodySelection,
  accelerations: Accelerations,
): Blocks<void> {
  if (hierarchy.edges === 0 || k === 0 || targets.count === 0) return
  resolveHierarchy(hierarchy, bodies)
  const sums = createOrderFreeSums(4 * hierarchy.motifs, hierarchy.memberCount)
  yield* eachBlock(hierarchy, (from, to) => eachTerm(hierarchy, bodies, sums.bound, from, to))
  sums.begin()
  yield* eachBlock(hierarchy, (from, to) => eachTerm(hierarchy, bodies, sums.add, from, to))
  const totals = sums.totals()
  yield* eachBlock(hierarchy, (from, to) => draw(hierarchy, bodies, k, totals, accelerations, from, to))
}

function* eachBlock({ memberCount }: Hierarchy, work: (from: number, to: number) => void): Blocks<void> {
  for (let from = 0; from < memberCount; from += block) {
    work(from, Math.min(from + block, memberCount))
    yield
  }
}

/** Shows each term to `take`: weight and weight · position of each member, by motif. */
const eachTerm = (
  { members, motifOf, weightIn }: Hierarchy,
  { x, y, z }: Bodies,
  take: OrderFreeSums['add'],
  from: number,
  to: number,
): void => {
  for (let member = from; member < to; member++) {
    const body = members[member]
    const at = 4 * motifOf[member]
    const weight = weightIn[member]
    take(at, weight)
    take(at + 1, weight * x[body])
    take(at + 2, weight * y[body])
    take(at + 3, weight * z[body])
  }
}

/** Bodies that the step does not move get an acceleration that nobody reads. */
const draw = (
  { members, motifOf, weightIn }: Hierarchy,
  { x, y, z, mass, activity }: Bodies,
  k: number,
  totals: Float64Array,
  { ax, ay, az }: Accelerations,
  from: number,
  to: number,
): void => {
  for (let member = from; member < to; member++) {
    const body = members[member]
    const at = 4 * motifOf[member]
    const total = totals[at]
    if (!(total > 0) || activity[body] === 0) continue
    const strength = (k * weightIn[member] * activity[body]) / mass[body]
    ax[body] += strength * (totals[at + 1] / total - x[body])
    ay[body] += strength * (totals[at + 2] / total - y[body])
    az[body] += strength * (totals[at + 3] / total - z[body])
  }
}
