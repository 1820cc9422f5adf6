import { barrier, shareOf } from './barrier'
import { finestExponent, gridCell, powerOfTwo } from './binary64'
import {
  address,
  bodiesSlot,
  countSlot,
  exponentSlot,
  failedSlot,
  firstSlot,
  inputXSlot,
  inputYSlot,
  inputZSlot,
  leafBodiesSlot,
  leafSlot,
  nextSlot,
  nodeCapacitySlot,
  nodeCellBytes,
  nodeCellsSlot,
  nodeCountSlot,
  orderSlot,
  sortedXSlot,
  sortedYSlot,
  sortedZSlot,
  splitsSlot,
  straddlesSlot,
} from './layout'

/** Coarser than every cell. */
const noCell: i32 = 1024

/** Copies the positions into canonical order. */
export function gatherPositions(worker: i32, workers: i32): void {
  const count = load<i32>(countSlot)
  const from = shareOf(count, worker, workers)
  const to = shareOf(count, worker + 1, workers)
  const order = address(orderSlot)
  const x = address(inputXSlot)
  const y = address(inputYSlot)
  const z = address(inputZSlot)
  const sortedX = address(sortedXSlot)
  const sortedY = address(sortedYSlot)
  const sortedZ = address(sortedZSlot)
  for (let rank = from; rank < to; rank++) {
    const at = (<usize>load<u32>(order + ((<usize>rank) << 2))) << 3
    const into = (<usize>rank) << 3
    store<f64>(sortedX + into, load<f64>(x + at))
    store<f64>(sortedY + into, load<f64>(y + at))
    store<f64>(sortedZ + into, load<f64>(z + at))
  }
}

/**
 * Writes the nodes: cells of the absolute grid that hold more than one point, and points, in depth-first preorder. A
 * cell of at most `leafBodies` is a leaf. One worker stacks them, then all finish them.
 *
 * Where the room for nodes is too small, the slot `failed` is 1.
 */
export function buildNodes(worker: i32, workers: i32, open: usize): void {
  if (worker === 0) {
    const count = stackNodes(open)
    store<i32>(failedSlot, count < 0 ? 1 : 0)
    store<i32>(nodeCountSlot, max(count, 0))
    if (count > 0) moveToFront(count)
  }
  barrier(workers)
  finishNodes(worker, workers)
}

/**
 * From the end of the arrays downwards in one pass over the ranks, last to first: a cell after its children, so that
 * the arrays come out in preorder. `next` is left as the number of nodes written before the subtree. A cell that turns
 * out to fit a leaf takes the place of what is below it.
 *
 * @param open room for the open cells, coarsest first: exponent, end rank, nodes written before, 12 bytes each. Exponents
 * fall from 41 to -512 along a path, so no more than 554 are open at once.
 * @returns the number of nodes, or -1 where they do not fit.
 */
function stackNodes(open: usize): i32 {
  const capacity = load<i32>(nodeCapacitySlot)
  const leafBodies = load<i32>(leafBodiesSlot)
  const splits = address(splitsSlot)
  const next = address(nextSlot)
  const first = address(firstSlot)
  const exponents = address(exponentSlot)
  let written = 0
  let depth = 0
  let openExponent = noCell
  store<i32>(open, noCell)
  for (let rank = load<i32>(countSlot) - 1; rank >= 0; rank--) {
    // one point and all open cells may start at this rank
    if (capacity - written <= depth + 1) return -1
    const last = capacity - 1
    let end = rank + 1
    let start = written
    let split = rank > 0 ? <i32>load<i16>(splits + ((<usize>rank) << 1)) : noCell - 1
    while (split === finestExponent) {
      rank--
      split = rank > 0 ? <i32>load<i16>(splits + ((<usize>rank) << 1)) : noCell - 1
    }
    let node = <usize>(last - written++)
    store<i32>(next + (node << 2), start)
    store<i32>(first + (node << 2), rank)
    store<i16>(exponents + (node << 1), <i16>finestExponent)
    // the body before lies outside the cells finer than its split: they start here
    while (openExponent < split) {
      const cell = open + <usize>depth * 12
      end = load<i32>(cell, 4)
      start = load<i32>(cell, 8)
      if (end - rank <= leafBodies) written = start
      node = <usize>(last - written++)
      store<i32>(next + (node << 2), start)
      store<i32>(first + (node << 2), rank)
      store<i16>(exponents + (node << 1), <i16>openExponent)
      depth--
      openExponent = load<i32>(cell - 12)
    }
    if (openExponent > split && rank > 0) {
      depth++
      openExponent = split
      const cell = open + <usize>depth * 12
      store<i32>(cell, split)
      store<i32>(cell, end, 4)
      store<i32>(cell, start, 8)
    }
  }
  return written
}

function moveToFront(count: i32): void {
  const skip = <usize>(load<i32>(nodeCapacitySlot) - count)
  const next = address(nextSlot)
  const first = address(firstSlot)
  const exponents = address(exponentSlot)
  memory.copy(next, next + (skip << 2), (<usize>count) << 2)
  memory.copy(first, first + (skip << 2), (<usize>count) << 2)
  memory.copy(exponents, exponents + (skip << 1), (<usize>count) << 1)
  for (let node: usize = 0; node < <usize>count; node++)
    store<i32>(next + (node << 2), count - load<i32>(next + (node << 2)))
}

/** Derives what the pass over the ranks left open. */
function finishNodes(worker: i32, workers: i32): void {
  const count = load<i32>(nodeCountSlot)
  const from = shareOf(count, worker, workers)
  const to = shareOf(count, worker + 1, workers)
  const bodyCount = load<i32>(countSlot)
  const next = address(nextSlot)
  const first = address(firstSlot)
  const bodies = address(bodiesSlot)
  const leaf = address(leafSlot)
  const exponents = address(exponentSlot)
  const cells = address(nodeCellsSlot)
  const x = address(sortedXSlot)
  const y = address(sortedYSlot)
  const z = address(sortedZSlot)
  for (let index = from; index < to; index++) {
    const node = <usize>index
    const after = load<i32>(next + (node << 2))
    const rank = load<i32>(first + (node << 2))
    store<u8>(leaf + node, after === index + 1 ? 1 : 0)
    store<i32>(
      bodies + (node << 2),
      (after < count ? load<i32>(first + ((<usize>after) << 2)) : bodyCount) - rank,
    )
    const exponent = <i32>load<i16>(exponents + (node << 1))
    const at = (<usize>rank) << 3
    const cell = cells + node * nodeCellBytes
    store<f64>(cell, cornerOf(load<f64>(x + at), exponent))
    store<f64>(cell, cornerOf(load<f64>(y + at), exponent), 8)
    store<f64>(cell, cornerOf(load<f64>(z + at), exponent), 16)
    store<f64>(cell, powerOfTwo(exponent), 24)
  }
  if (from === 0 && to > 0 && load<i32>(straddlesSlot) === 1) {
    const corner = -powerOfTwo(<i32>load<i16>(exponents) - 1)
    store<f64>(cells, corner)
    store<f64>(cells, corner, 8)
    store<f64>(cells, corner, 16)
  }
}

function cornerOf(coordinate: f64, exponent: i32): f64 {
  return gridCell(coordinate, powerOfTwo(-exponent)) * powerOfTwo(exponent)
}
