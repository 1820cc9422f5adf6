import { barrier } from './barrier'
import { address, countSlot, nodeCountSlot, scratchBytesSlot, scratchSlot } from './layout'
import { buildNodes, gatherPositions } from './nodes'
import { useRanks } from './ranks'
import { sortBodies } from './sort'

/** Builds order, positions in order, and nodes of the bodies in the input. All workers call it together. */
export function build(worker: i32, workers: i32): void {
  const scratch = address(scratchSlot) + <usize>worker * <usize>load<i32>(scratchBytesSlot)
  if (load<i32>(countSlot) === 0) {
    if (worker === 0) store<i32>(nodeCountSlot, 0)
    return
  }
  useRanks(worker, scratch)
  sortBodies(worker, workers)
  barrier(workers)
  gatherPositions(worker, workers)
  barrier(workers)
  buildNodes(worker, workers, scratch)
  barrier(workers)
}
