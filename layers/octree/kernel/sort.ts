import { barrier, shareOf } from './barrier'
import { finestExponent } from './binary64'
import { coincident, forgetCoincident, sortCoincident } from './coincident'
import { writeKeys } from './keys'
import { boundsSlot, coincidentSlot, countSlot, straddlesSlot } from './layout'
import { radixSort } from './radix'
import { boundRange, setBody } from './ranks'
import { locateRoot, rootExponent, rootStraddles } from './root'
import { splitRuns } from './ties'

/**
 * Puts all bodies in canonical order: by Morton path down to the finest cell, then by x, y, z, then by index; and
 * writes for each rank the exponent of the smallest cell that it shares with the rank before.
 */
export function sortBodies(worker: i32, workers: i32): void {
  const count = load<i32>(countSlot)
  forgetCoincident()
  const from = shareOf(count, worker, workers)
  const to = shareOf(count, worker + 1, workers)
  for (let body = from; body < to; body++) setBody(body, body)
  if (worker === 0) store<i32>(coincidentSlot, 0)
  boundRange(from, to, boundsSlot + <usize>worker * 48)
  barrier(workers)
  locateAll(workers)
  if (worker === 0) store<i32>(straddlesSlot, rootStraddles ? 1 : 0)
  if (rootExponent === finestExponent) {
    if (worker === 0) sortCoincident(0, count)
  } else {
    writeKeys(from, to)
    radixSort(0, count, worker, workers)
    splitRuns(0, count, worker, workers)
  }
  if (coincident > 0) atomic.add<i32>(coincidentSlot, coincident)
}

function locateAll(workers: i32): void {
  let lowX = Infinity
  let lowY = Infinity
  let lowZ = Infinity
  let highX = -Infinity
  let highY = -Infinity
  let highZ = -Infinity
  for (let worker = 0; worker < workers; worker++) {
    const box = boundsSlot + <usize>worker * 48
    lowX = min(lowX, load<f64>(box))
    lowY = min(lowY, load<f64>(box, 8))
    lowZ = min(lowZ, load<f64>(box, 16))
    highX = max(highX, load<f64>(box, 24))
    highY = max(highY, load<f64>(box, 32))
    highZ = max(highZ, load<f64>(box, 40))
  }
  locateRoot(lowX, lowY, lowZ, highX, highY, highZ)
}
