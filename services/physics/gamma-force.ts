import { cellSide, gridCell } from '#octree/binary64'
import type { BodySelection } from '#octree/bodies'
import type { Accelerations } from '#octree/forces'
import type { Blocks } from '#platform/arrays/drive'
import type { Bodies } from './bodies.ts'
import type { Gamma } from './gamma.ts'
import { findCell } from './gamma-cells.ts'

/** Bodies between two yields. */
const block = 16_384

/**
 * The pull of the committed gamma: on each axis κ · (w(c + 1) − w(c − 1)) / (2 · side), where w is the latest weight of
 * a cell, 0 where none was committed, and c the cell that the body is in. Adds to the accelerations of the targets; what
 * the body weighs and how active it is plays no part.
 *
 * @yields after each block of bodies.
 */
export function* addGammaPull(
  gamma: Gamma | undefined,
  coupling: number,
  { x, y, z }: Bodies,
  { count, indices }: BodySelection,
  { ax, ay, az }: Accelerations,
): Blocks<void> {
  if (gamma === undefined || gamma.count === 0) return
  const side = cellSide(gamma.cell)
  const cellsPerUnit = 1 / side
  for (let from = 0; from < count; from += block) {
    const to = Math.min(from + block, count)
    for (let target = from; target < to; target++) {
      const body = indices[target]
      const cx = gridCell(x[body], cellsPerUnit)
      const cy = gridCell(y[body], cellsPerUnit)
      const cz = gridCell(z[body], cellsPerUnit)
      const alongX = weightAt(gamma, cx + 1, cy, cz) - weightAt(gamma, cx - 1, cy, cz)
      const alongY = weightAt(gamma, cx, cy + 1, cz) - weightAt(gamma, cx, cy - 1, cz)
      const alongZ = weightAt(gamma, cx, cy, cz + 1) - weightAt(gamma, cx, cy, cz - 1)
      ax[body] += (coupling * alongX) / (2 * side)
      ay[body] += (coupling * alongY) / (2 * side)
      az[body] += (coupling * alongZ) / (2 * side)
    }
    yield
  }
}

const weightAt = (gamma: Gamma, x: number, y: number, z: number): number => {
  const cell = findCell(gamma, x, y, z)
  return cell === -1 ? 0 : gamma.weight[cell]
}
