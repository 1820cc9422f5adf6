import { barrier, shareOf } from './barrier'
import { layCells } from './cells'
import {
  address,
  countSlot,
  failedSlot,
  inputXSlot,
  keysSlot,
  orderSlot,
  scratchSlot,
  taskNextSlot,
  weightScaleSlot,
} from './layout'
import { expandCells } from './moments'
import { estimateStrengths } from './strength'
import { traverse } from './traverse'

/**
 * Computes the accelerations that all bodies would have at activity 1, divided by G and times `weightScale`: rows of x,
 * y, z by body, in the place of the input. The weights are in the place of the input's x, by body. All workers call it
 * together, after `build`.
 */
export function field(worker: i32, workers: i32): void {
  if (load<i32>(countSlot) === 0) return
  gatherWeights(worker, workers)
  if (worker === 0) {
    store<i32>(failedSlot, 0)
    store<i32>(taskNextSlot, 0)
    layCells(address(scratchSlot))
  }
  barrier(workers)
  expandCells(worker, workers)
  if (worker === 0) store<i32>(taskNextSlot, 0)
  barrier(workers)
  estimateStrengths(worker, workers)
  barrier(workers)
  traverse(worker)
  barrier(workers)
}

function gatherWeights(worker: i32, workers: i32): void {
  const count = load<i32>(countSlot)
  const to = shareOf(count, worker + 1, workers)
  const order = address(orderSlot)
  const weights = address(inputXSlot)
  const framed = address(keysSlot)
  const scale = load<f64>(weightScaleSlot)
  for (let rank = shareOf(count, worker, workers); rank < to; rank++) {
    const body = <usize>load<u32>(order + ((<usize>rank) << 2))
    store<f32>(framed + ((<usize>rank) << 4), <f32>(load<f64>(weights + (body << 3)) * scale), 12)
  }
}
