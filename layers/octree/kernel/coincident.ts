import { finestExponent } from './binary64'
import { bodyAt, setBody, setSplit, x, y, z } from './ranks'

/** Ranks that share a finest cell with the one before, as far as this worker knows. */
export let coincident: i32 = 0

export function forgetCoincident(): void {
  coincident = 0
}

/** Orders bodies of one finest cell by x, y, z and index: a heap sort, for there may be a million; mostly they are in order. */
export function sortCoincident(from: i32, to: i32): void {
  for (let rank = from + 1; rank < to; rank++) setSplit(rank, finestExponent)
  coincident += to - from - 1
  let rank = from + 1
  while (rank < to && !comesBefore(bodyAt(rank), bodyAt(rank - 1))) rank++
  if (rank === to) return
  const count = to - from
  for (let root = count / 2 - 1; root >= 0; root--) siftDown(from, root, count)
  for (let last = count - 1; last > 0; last--) {
    const top = bodyAt(from)
    setBody(from, bodyAt(from + last))
    setBody(from + last, top)
    siftDown(from, 0, last)
  }
}

function siftDown(from: i32, start: i32, count: i32): void {
  const body = bodyAt(from + start)
  let hole = start
  for (let child = 2 * hole + 1; child < count; child = 2 * hole + 1) {
    if (child + 1 < count && comesBefore(bodyAt(from + child), bodyAt(from + child + 1))) child++
    if (!comesBefore(body, bodyAt(from + child))) break
    setBody(from + hole, bodyAt(from + child))
    hole = child
  }
  setBody(from + hole, body)
}

function comesBefore(a: u32, b: u32): bool {
  const i = (<usize>a) << 3
  const j = (<usize>b) << 3
  if (load<f64>(x + i) !== load<f64>(x + j)) return load<f64>(x + i) < load<f64>(x + j)
  if (load<f64>(y + i) !== load<f64>(y + j)) return load<f64>(y + i) < load<f64>(y + j)
  if (load<f64>(z + i) !== load<f64>(z + j)) return load<f64>(z + i) < load<f64>(z + j)
  return a < b
}
