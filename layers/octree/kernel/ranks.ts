import {
  address,
  countsBytes,
  countsSlot,
  inputXSlot,
  inputYSlot,
  inputZSlot,
  keysSlot,
  orderSlot,
  spareKeysSlot,
  spareOrderSlot,
  splitsSlot,
} from './layout'

/** What a worker sorts with: where the bodies are, and their keys and order by rank, twice. */
export let x: usize = 0
export let y: usize = 0
export let z: usize = 0
export let keys: usize = 0
export let order: usize = 0
export let spareKeys: usize = 0
export let spareOrder: usize = 0
let splits: usize = 0
/** This worker's counts of digits, and room for as many. */
export let counts: usize = 0
export let spareCounts: usize = 0
/** Room for a box: low and high corner. */
export let box: usize = 0

/** @param scratch the worker's working memory. */
export function useRanks(worker: i32, scratch: usize): void {
  x = address(inputXSlot)
  y = address(inputYSlot)
  z = address(inputZSlot)
  keys = address(keysSlot)
  order = address(orderSlot)
  spareKeys = address(spareKeysSlot)
  spareOrder = address(spareOrderSlot)
  splits = address(splitsSlot)
  counts = countsSlot + <usize>worker * countsBytes
  spareCounts = scratch
  box = spareCounts + countsBytes
}

/** The smallest cell that the rank shares with the one before. */
export function setSplit(rank: i32, exponent: i32): void {
  store<i16>(splits + ((<usize>rank) << 1), <i16>exponent)
}

export function bodyAt(rank: i32): u32 {
  return load<u32>(order + ((<usize>rank) << 2))
}

export function setBody(rank: i32, body: u32): void {
  store<u32>(order + ((<usize>rank) << 2), body)
}

/** Writes low and high corner of the bodies at these ranks; none: an empty box. */
export function boundRange(from: i32, to: i32, out: usize): void {
  let lowX = Infinity
  let lowY = Infinity
  let lowZ = Infinity
  let highX = -Infinity
  let highY = -Infinity
  let highZ = -Infinity
  for (let rank = from; rank < to; rank++) {
    const at = (<usize>load<u32>(order + ((<usize>rank) << 2))) << 3
    const px = load<f64>(x + at)
    const py = load<f64>(y + at)
    const pz = load<f64>(z + at)
    lowX = min(lowX, px)
    lowY = min(lowY, py)
    lowZ = min(lowZ, pz)
    highX = max(highX, px)
    highY = max(highY, py)
    highZ = max(highZ, pz)
  }
  store<f64>(out, lowX)
  store<f64>(out, lowY, 8)
  store<f64>(out, lowZ, 16)
  store<f64>(out, highX, 24)
  store<f64>(out, highY, 32)
  store<f64>(out, highZ, 40)
}
