import type { Kernel } from './kernel.ts'
import { pageBytes } from './kernel.ts'
import { cellStride, type Nodes } from './nodes.ts'

/** Byte offsets of kernel/layout.ts; each slot has 8 bytes. */
export const slot = {
  count: 0,
  nodeCount: 8,
  waiting: 24,
  coincident: 40,
  failed: 48,
  leafBodies: 56,
  softeningSquared: 64,
  theta: 72,
  weightScale: 80,
  inputX: 96,
  inputY: 104,
  inputZ: 112,
  sortedX: 120,
  sortedY: 128,
  sortedZ: 136,
  order: 144,
  splits: 160,
  foundRanks: 288,
  foundSquares: 296,
  next: 184,
  first: 192,
  bodies: 200,
  nodeCells: 208,
  exponent: 232,
  leaf: 240,
  cells: 248,
} as const

/** Most bodies that one search of the kernel finds. */
export const foundRoom = 16_384

/** What the memory is laid out for. */
export interface Room {
  bodies: number
  nodes: number
  threads: number
  /** Bytes of each thread's working memory. */
  scratchBytes: number
}

/** Arrays of the kernel's memory that searches read; they end with the next change of room. */
export interface SearchArrays {
  /** Positions by rank. */
  x: Float64Array
  y: Float64Array
  z: Float64Array
  order: Uint32Array
  nodes: Nodes
  /** Ranks and squared distances of what a search of the kernel has found, nearest first. */
  found: { ranks: Uint32Array; squares: Float64Array }
}

/** Those of a memory in which trees are built. */
export interface KernelArrays extends SearchArrays {
  /** By body. */
  input: { x: Float64Array; y: Float64Array; z: Float64Array }
  /** Rows of x, y, z by body; in the place of the input. */
  accelerations: Float64Array
  /** Exponent of the smallest cell that a rank shares with the one before it. */
  splits: Int16Array
}

/** Lays the memory out, which forgets what was in it, and makes it as large as that needs. */
export const layOut = (kernel: Kernel, room: Room): KernelArrays => {
  const { memory, exports } = kernel
  grow(memory, exports.layout(room.bodies, room.nodes, room.threads, room.scratchBytes))
  const { doubles, at } = viewsOf(memory.buffer)
  return {
    ...searchArrays(memory.buffer, room.bodies, room.nodes),
    input: {
      x: doubles('inputX', room.bodies),
      y: doubles('inputY', room.bodies),
      z: doubles('inputZ', room.bodies),
    },
    accelerations: doubles('inputX', 3 * room.bodies),
    splits: new Int16Array(memory.buffer, at('splits'), room.bodies),
  }
}

/** The same for searches alone. */
export const layOutSearch = ({ memory, exports }: Kernel, bodies: number, nodes: number): SearchArrays => {
  grow(memory, exports.layoutSearch(bodies, nodes))
  return searchArrays(memory.buffer, bodies, nodes)
}

/** Bytes of a cell of the field: kernel/cell.ts. */
const cellBytes = 112

/** Makes room for the field's cells, one for each node; they lie behind everything else. */
export const makeCellRoom = (kernel: Kernel, nodes: number): void =>
  grow(kernel.memory, (readSlot(kernel, 'cells') >>> 0) + nodes * cellBytes)

const grow = (memory: WebAssembly.Memory, bytes: number): void => {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / pageBytes)
  if (missing > 0) memory.grow(missing)
}

const viewsOf = (buffer: ArrayBufferLike) => {
  const view = new DataView(buffer)
  const at = (name: keyof typeof slot): number => view.getUint32(slot[name], true)
  const doubles = (name: keyof typeof slot, length: number) => new Float64Array(buffer, at(name), length)
  return { at, doubles }
}

const searchArrays = (buffer: ArrayBufferLike, bodies: number, nodes: number): SearchArrays => {
  const { at, doubles } = viewsOf(buffer)
  return {
    x: doubles('sortedX', bodies),
    y: doubles('sortedY', bodies),
    z: doubles('sortedZ', bodies),
    order: new Uint32Array(buffer, at('order'), bodies),
    nodes: {
      count: 0,
      next: new Int32Array(buffer, at('next'), nodes),
      first: new Int32Array(buffer, at('first'), nodes),
      bodies: new Int32Array(buffer, at('bodies'), nodes),
      leaf: new Uint8Array(buffer, at('leaf'), nodes),
      exponent: new Int16Array(buffer, at('exponent'), nodes),
      cells: doubles('nodeCells', cellStride * nodes),
    },
    found: {
      ranks: new Uint32Array(buffer, at('foundRanks'), foundRoom),
      squares: doubles('foundSquares', foundRoom),
    },
  }
}

export const readSlot = ({ memory }: Kernel, name: keyof typeof slot): number =>
  new Int32Array(memory.buffer, slot[name], 1)[0]

export const writeSlot = ({ memory }: Kernel, name: keyof typeof slot, value: number): void => {
  new Int32Array(memory.buffer, slot[name], 1)[0] = value
}

export const writeNumber = ({ memory }: Kernel, name: keyof typeof slot, value: number): void => {
  new Float64Array(memory.buffer, slot[name], 1)[0] = value
}
