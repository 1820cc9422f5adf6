import type { BodySelection } from '#octree/bodies'
import type { Accelerations } from '#octree/forces'
import type { Bodies } from './bodies.ts'
import { type Hierarchy, resolveHierarchy } from './hierarchy.ts'

/** Bodies between two yields. */
const block = 65_536

/**
 * The hierarchical entanglement force: each motif g draws its members to its weighted centre,
 * F_i = k · w_i · a_i · (c_g − p_i) with c_g = Σ w·p ÷ Σ w over all members, the inert ones too: they mark a
 * place, though nothing moves them. A motif whose weights do not sum to a positive number has no centre.
 * Adds F/m to the accelerations of the targets. Sums run over the bodies in canonical order.
 *
 * @param order body index of each rank in canonical order.
 * @yields after each block of bodies.
 */
export function* addEntanglement(
  hierarchy: Hierarchy,
  bodies: Bodies,
  order: Uint32Array,
  k: number,
  targets: BodySelection,
  { ax, ay, az }: Accelerations,
): Generator<void, void> {
  if (hierarchy.edges === 0 || k === 0) return
  resolveHierarchy(hierarchy, bodies)
  const { nameOf, parent, weight, present } = hierarchy
  const { count, x, y, z, mass, activity } = bodies
  const sums = new Float64Array(4 * hierarchy.ids.count)
  for (let rank = 0; rank < count; rank++) {
    if (rank % block === block - 1) yield
    const body = order[rank]
    const name = nameOf[body]
    if (name === -1 || present[parent[name]] === 0) continue
    const motif = 4 * parent[name]
    sums[motif] += weight[name]
    sums[motif + 1] += weight[name] * x[body]
    sums[motif + 2] += weight[name] * y[body]
    sums[motif + 3] += weight[name] * z[body]
  }
  for (let target = 0; target < targets.count; target++) {
    if (target % block === block - 1) yield
    const body = targets.indices[target]
    const name = nameOf[body]
    if (name === -1 || present[parent[name]] === 0) continue
    const motif = 4 * parent[name]
    const total = sums[motif]
    if (!(total > 0)) continue
    const strength = (k * weight[name] * activity[body]) / mass[body]
    ax[body] += strength * (sums[motif + 1] / total - x[body])
    ay[body] += strength * (sums[motif + 2] / total - y[body])
    az[body] += strength * (sums[motif + 3] / total - z[body])
  }
}
