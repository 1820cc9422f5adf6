import { finestExponent } from './binary64'
import { cellBytes, firstChild, firstPoint, innerFlag, size, taskFlag } from './cell'
import {
  address,
  bodiesSlot,
  cellsSlot,
  countSlot,
  exponentSlot,
  firstSlot,
  leafSlot,
  nextSlot,
  nodeCountSlot,
  taskCellsSlot,
  taskCountSlot,
  taskRoom,
} from './layout'

/** Bodies of a task are at most so large a share of all: enough tasks to even out their cost among the workers. */
const taskShare: i32 = 256
const leastTaskBodies: i32 = 256

/**
 * Makes a cell of each node, the children of one side by side, and lists the tasks: the largest cells of few enough
 * bodies. One worker does it.
 *
 * @param open room for the open nodes: the node after its subtree, its next child's cell, whether in a task; 12 bytes
 * each.
 */
export function layCells(open: usize): void {
  const count = load<i32>(nodeCountSlot)
  const next = address(nextSlot)
  const bodies = address(bodiesSlot)
  const taskBodies = max(load<i32>(countSlot) / taskShare, leastTaskBodies)
  let cellCount = 1
  let depth = 0
  let tasks = 0
  store<i32>(open, count + 1)
  store<i32>(open, 0, 4)
  store<i32>(open, 0, 8)
  for (let node = 0; node < count; node++) {
    while (load<i32>(open + <usize>depth * 12) === node) depth--
    const parent = open + <usize>depth * 12
    const index = load<i32>(parent, 4)
    store<i32>(parent, index + 1, 4)
    const cell = address(cellsSlot) + <usize>index * cellBytes
    let isTask = load<i32>(parent, 8)
    let flags: u16 = 0
    if (isTask === 0 && tasks < taskRoom && load<i32>(bodies + ((<usize>node) << 2)) <= taskBodies) {
      store<u32>(taskCellsSlot + ((<usize>tasks) << 2), <u32>cell)
      tasks++
      flags = taskFlag
      isTask = 1
    }
    const children = layCell(cell, node, flags, cellCount)
    if (children === 0) continue
    depth++
    const own = open + <usize>depth * 12
    store<i32>(own, load<i32>(next + ((<usize>node) << 2)))
    store<i32>(own, cellCount, 4)
    store<i32>(own, isTask, 8)
    cellCount += children
  }
  store<i32>(taskCountSlot, tasks)
}

/** @returns the number of children, for which `children` is the first cell that is free. */
function layCell(cell: usize, index: i32, flags: u16, children: i32): i32 {
  const node = <usize>index
  const next = address(nextSlot)
  const bodies = load<i32>(address(bodiesSlot) + (node << 2))
  store<i32>(cell, load<i32>(address(firstSlot) + (node << 2)), firstPoint)
  if (load<u8>(address(leafSlot) + node) === 1) {
    // bodies that coincide act as one point
    const isPoint = load<i16>(address(exponentSlot) + (node << 1)) === <i16>finestExponent
    store<i32>(cell, bodies, firstChild)
    store<u16>(cell, (isPoint ? 1 : <u16>bodies) | flags, size)
    return 0
  }
  let count: u16 = 0
  const end = load<i32>(next + (node << 2))
  for (let child = index + 1; child < end; child = load<i32>(next + ((<usize>child) << 2))) count++
  store<i32>(cell, children, firstChild)
  store<u16>(cell, count | flags | innerFlag, size)
  return count
}
