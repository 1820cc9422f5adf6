import { cellSide, coarsestExponent, finestExponent } from './binary64.ts'
import { momentStride } from './moments.ts'
import type { Octree } from './tree.ts'

/** Where accelerations go, in units / time^2, by body index; owned by the caller. */
export interface Accelerations {
  ax: Float64Array
  ay: Float64Array
  az: Float64Array
}

/** What the walks of one evaluation read and write. */
export interface Walk {
  tree: Octree
  activity: Float64Array
  /** 1 for each target, by body index. */
  wanted: Uint8Array
  gravity: number
  theta: number
  softeningSquared: number
  out: Accelerations
}

/**
 * (d^2 + epsilon^2)^(3/2) at or below this exerts nothing: without softening, bodies that coincide or are
 * closer than 1e-100 units would otherwise give 0 / 0 or overflow.
 */
export const leastCube = 1e-300

/**
 * Computes the accelerations of the next `limit` targets from rank `from` on; in canonical order, so that
 * successive walks touch the same nodes. Each walk is explicit and needs no stack: an opened cell leads
 * to its first child, any other to the node after its subtree.
 *
 * @returns the rank to go on from.
 */
export function walkTargets(walk: Walk, from: number, limit: number): number {
  const { activity, wanted, gravity, theta, softeningSquared } = walk
  const { ax, ay, az } = walk.out
  const { count, order, nodes, moments } = walk.tree
  const { count: nodeCount, next, first, bodies, leaf, exponent } = nodes
  const { nodes: monopoles, points } = moments
  const openSquares = openingSquares(theta)
  // A target in the cell is at most sqrt(3) sides from the centre, so up to 0.5 theta alone opens the cell.
  // Not loading the range then saves a quarter of the time.
  const mayHoldTarget = theta > 0.5
  let left = limit
  let rank = from
  for (; rank < count && left > 0; rank++) {
    const body = order[rank]
    if (wanted[body] === 0) continue
    left--
    const px = points[momentStride * rank + 1]
    const py = points[momentStride * rank + 2]
    const pz = points[momentStride * rank + 3]
    let sumX = 0
    let sumY = 0
    let sumZ = 0
    let node = activity[body] === 0 ? nodeCount : 0
    while (node < nodeCount) {
      const row = momentStride * node
      const weight = monopoles[row]
      const dx = monopoles[row + 1] - px
      const dy = monopoles[row + 2] - py
      const dz = monopoles[row + 3] - pz
      const distanceSquared = dx * dx + dy * dy + dz * dz
      const far = openSquares[exponent[node] - finestExponent] < distanceSquared
      if (weight === 0) {
        node = next[node]
      } else if (far && !(mayHoldTarget && rank >= first[node] && rank < first[node] + bodies[node])) {
        const square = distanceSquared + softeningSquared
        const cube = square * Math.sqrt(square)
        if (cube > leastCube) {
          const pull = weight / cube
          sumX += pull * dx
          sumY += pull * dy
          sumZ += pull * dz
        }
        node = next[node]
      } else if (leaf[node] === 0) {
        node++
      } else {
        // A leaf of coincident bodies comes here only with the target among them, and pulls nothing.
        const start = momentStride * first[node]
        const end = exponent[node] === finestExponent ? start : start + momentStride * bodies[node]
        for (let point = start; point < end; point += momentStride) {
          const bx = points[point + 1] - px
          const by = points[point + 2] - py
          const bz = points[point + 3] - pz
          const square = bx * bx + by * by + bz * bz + softeningSquared
          const cube = square * Math.sqrt(square)
          if (cube > leastCube) {
            const pull = points[point] / cube
            sumX += pull * bx
            sumY += pull * by
            sumZ += pull * bz
          }
        }
        node = next[node]
      }
    }
    const coupling = gravity * activity[body]
    ax[body] = coupling * sumX
    ay[body] = coupling * sumY
    az[body] = coupling * sumZ
  }
  return rank
}

/**
 * The squared distance beyond which a cell acts as one point, by exponent from `finestExponent` up. A
 * finest cell always does: its bodies coincide, and the one that holds the target is at distance 0.
 */
function openingSquares(theta: number): Float64Array {
  const squares = Float64Array.from({ length: coarsestExponent - finestExponent + 1 }, (_, index) => {
    const distance = cellSide(index + finestExponent) / theta
    return distance * distance
  })
  squares[0] = -1
  return squares
}
