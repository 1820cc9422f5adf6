/**
 * Where everything lies in the memory of one octree. Slots of 8 bytes at its beginning hold parameters and addresses,
 * so that every worker, whose own variables are its own, reads the same.
 */
const workerRoom: i32 = 16
const lineBytes: usize = 64

/** i32: bodies, nodes, whether the root is the eight cells at the origin, workers that wait, barrier's generation. */
export const countSlot: usize = 0
export const nodeCountSlot: usize = 8
export const straddlesSlot: usize = 16
export const waitingSlot: usize = 24
export const generationSlot: usize = 28
/** i32: tasks of the field, the next one, ranks that coincide with the one before, 1 or 2 where nodes or lists did not fit, most bodies of a leaf. */
export const taskCountSlot: usize = 32
export const taskNextSlot: usize = 36
export const coincidentSlot: usize = 40
export const failedSlot: usize = 48
export const leafBodiesSlot: usize = 56
/** f64 parameters of the field. */
export const softeningSquaredSlot: usize = 64
export const thetaSlot: usize = 72
export const weightScaleSlot: usize = 80
/** u32 addresses. */
export const inputXSlot: usize = 96
export const inputYSlot: usize = 104
export const inputZSlot: usize = 112
export const sortedXSlot: usize = 120
export const sortedYSlot: usize = 128
export const sortedZSlot: usize = 136
export const orderSlot: usize = 144
export const spareOrderSlot: usize = 152
export const splitsSlot: usize = 160
export const keysSlot: usize = 168
export const spareKeysSlot: usize = 176
export const nextSlot: usize = 184
export const firstSlot: usize = 192
export const bodiesSlot: usize = 200
/** f64 rows of corner x, y, z and side. */
export const nodeCellsSlot: usize = 208
export const nodeCellBytes: usize = 32
export const exponentSlot: usize = 232
export const leafSlot: usize = 240
export const cellsSlot: usize = 248
export const scratchSlot: usize = 264
export const scratchBytesSlot: usize = 272
export const nodeCapacitySlot: usize = 280
/** What a search has found, by place: u32 ranks and f64 squared distances. */
export const foundRanksSlot: usize = 288
export const foundSquaresSlot: usize = 296
const foundRoom: usize = 16384
/** Found by `bounds`: six f64 a worker. */
export const boundsSlot: usize = 512
/** A cell of no weight, which fills up groups of four. */
export const nothingSlot: usize = 1536
/** u32 cells of the tasks. */
export const taskRoom: i32 = 2048
export const taskCellsSlot: usize = 4096
/** Counts of 3 digits of 11 bits for each worker. */
export const countsSlot: usize = 12288
export const countsBytes: usize = 2048 * 4
const headBytes: usize = countsSlot + countsBytes * workerRoom

export function address(slot: usize): usize {
  return load<u32>(slot)
}

let end: usize = 0

function place(slot: usize, bytes: usize): void {
  store<u32>(slot, <u32>end)
  end = (end + bytes + lineBytes - 1) & ~(lineBytes - 1)
}

/**
 * Lays the memory out for so many bodies and nodes; nothing that was in it stays valid. The cells come last, where the
 * field will have as many as the tree has nodes.
 *
 * @returns the bytes needed up to there.
 */
export function layout(bodyRoom: i32, nodeRoom: i32, workers: i32, scratchBytes: i32): f64 {
  const bodies = <usize>bodyRoom
  const nodes = <usize>nodeRoom
  end = headBytes
  place(orderSlot, bodies * 4)
  place(spareOrderSlot, bodies * 4)
  place(splitsSlot, bodies * 2)
  place(inputXSlot, bodies * 8)
  place(inputYSlot, bodies * 8)
  place(inputZSlot, bodies * 8)
  place(sortedXSlot, bodies * 8)
  place(sortedYSlot, bodies * 8)
  place(sortedZSlot, bodies * 8)
  // side by side, and once the nodes are built the room of `framed`: 16 bytes a body
  place(keysSlot, bodies * 16)
  store<u32>(spareKeysSlot, load<u32>(keysSlot) + bodyRoom * 8)
  placeNodes(nodes)
  store<i32>(nodeCapacitySlot, nodeRoom)
  store<i32>(scratchBytesSlot, scratchBytes)
  place(scratchSlot, <usize>scratchBytes * <usize>workers)
  store<u32>(cellsSlot, <u32>end)
  return <f64>end
}

/**
 * Lays the memory out for what searches read alone: order, positions and nodes of a tree that was built elsewhere.
 *
 * @returns the bytes needed.
 */
export function layoutSearch(bodyRoom: i32, nodeRoom: i32): f64 {
  const bodies = <usize>bodyRoom
  end = countsSlot
  place(orderSlot, bodies * 4)
  place(sortedXSlot, bodies * 8)
  place(sortedYSlot, bodies * 8)
  place(sortedZSlot, bodies * 8)
  placeNodes(<usize>nodeRoom)
  return <f64>end
}

function placeNodes(nodes: usize): void {
  place(nextSlot, nodes * 4)
  place(firstSlot, nodes * 4)
  place(bodiesSlot, nodes * 4)
  place(exponentSlot, nodes * 2)
  place(leafSlot, nodes)
  place(nodeCellsSlot, nodes * nodeCellBytes)
  place(foundRanksSlot, foundRoom * 4)
  place(foundSquaresSlot, foundRoom * 8)
}
