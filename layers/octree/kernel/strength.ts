import { barrier } from './barrier'
import {
  cellBytes,
  centreX,
  centreY,
  centreZ,
  childrenOf,
  isInner,
  isTask,
  multipole,
  radius,
  sizeOf,
  strength,
} from './cell'
import {
  address,
  cellsSlot,
  scratchBytesSlot,
  scratchSlot,
  softeningSquaredSlot,
  taskCellsSlot,
  taskCountSlot,
  taskNextSlot,
} from './layout'

/** Cells that wait, depth-first: at most seven at each of at most 600 levels. */
let open: usize = 0
let softeningSquared: f32 = 0

/**
 * Estimates how strong the field is in each cell: the sum of weight / distance^2 over all others, without regard to
 * directions, which never cancels (f_b of Dehnen 2014, Comput. Astrophys. Cosmol. 1, 1, section 3). Cells are taken
 * whole at an opening angle of 1, which costs about 3 % of the field itself. A leaf has the estimate at its
 * centre, an inner cell the least of its leaves'.
 */
export function estimateStrengths(worker: i32, workers: i32): void {
  open = address(scratchSlot) + <usize>worker * <usize>load<i32>(scratchBytesSlot)
  softeningSquared = <f32>load<f64>(softeningSquaredSlot)
  const tasks = load<i32>(taskCountSlot)
  for (;;) {
    const task = atomic.add<i32>(taskNextSlot, 1)
    if (task >= tasks) break
    estimate(load<u32>(taskCellsSlot + ((<usize>task) << 2)), false)
  }
  barrier(workers)
  if (worker === 0) estimate(address(cellsSlot), true)
}

/** @param above leave out the tasks: they are estimated already. */
function estimate(cell: usize, above: bool): f32 {
  if (above && isTask(cell)) return load<f32>(cell, strength)
  let least: f32 = Infinity
  if (isInner(cell)) {
    const from = childrenOf(cell)
    const to = from + <usize>sizeOf(cell) * cellBytes
    for (let child = from; child < to; child += cellBytes) least = min(least, estimate(child, above))
  } else least = strengthAt(cell)
  store<f32>(cell, least, strength)
  return least
}

function strengthAt(leaf: usize): f32 {
  const x = load<f64>(leaf, centreX)
  const y = load<f64>(leaf, centreY)
  const z = load<f64>(leaf, centreZ)
  const r = load<f32>(leaf, radius)
  let sum: f32 = 0
  let top = open
  let source = address(cellsSlot)
  for (;;) {
    const ex = <f32>(x - load<f64>(source, centreX))
    const ey = <f32>(y - load<f64>(source, centreY))
    const ez = <f32>(z - load<f64>(source, centreZ))
    const square = ex * ex + ey * ey + ez * ez
    const both = r + load<f32>(source, radius)
    const bothSquared = both * both
    if (bothSquared >= square && isInner(source)) {
      const first = childrenOf(source)
      for (let child = first + <usize>(sizeOf(source) - 1) * cellBytes; child > first; child -= cellBytes) {
        store<u32>(top, <u32>child)
        top += 4
      }
      source = first
      continue
    }
    // within a leaf, as if it were spread over its radius
    const spread = max(square, bothSquared) + softeningSquared
    if (spread > leastSquare) sum += load<f32>(source, multipole) / spread
    if (top === open) break
    top -= 4
    source = load<u32>(top)
  }
  return sum
}

const leastSquare: f32 = 1e-36
