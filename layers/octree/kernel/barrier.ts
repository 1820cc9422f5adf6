import { generationSlot, waitingSlot } from './layout'

/** Rounds of waiting awake: phases are short, and a sleeping thread wakes in some 50 microseconds. */
const spins: i32 = 20000

/** Waits until all workers have come here. What each wrote before is seen by all after. */
export function barrier(workers: i32): void {
  if (workers === 1) return
  const generation = atomic.load<i32>(generationSlot)
  if (atomic.add<i32>(waitingSlot, 1) === workers - 1) {
    atomic.store<i32>(waitingSlot, 0)
    atomic.add<i32>(generationSlot, 1)
    atomic.notify(generationSlot, workers)
    return
  }
  for (let k = 0; k < spins; k++) if (atomic.load<i32>(generationSlot) !== generation) return
  while (atomic.load<i32>(generationSlot) === generation) atomic.wait<i32>(generationSlot, generation, -1)
}

/** The first item of a worker's share of `count`; that of the next worker is its end. */
export function shareOf(count: i32, worker: i32, workers: i32): i32 {
  return <i32>((<i64>count * <i64>worker) / <i64>workers)
}
