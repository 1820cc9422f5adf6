/** The bytes of ids by index. */
export interface IdBytes {
  /** Each id as two bytes of length, low byte first, and its bytes. */
  arena: Uint8Array
  /** Where each id lies in the arena. */
  offset: Uint32Array
}

/**
 * The ids of some things, dense 0 to count - 1, as UTF-8 bytes in one arena with a hash table over them:
 * about 14 bytes a thing beside the bytes of its id, where one JS string each costs 40 and more.
 */
export interface IdTable extends IdBytes {
  count: number
  used: number
  /** Bytes of the used ones that belong to removed ids. */
  wasted: number
  /** Open addressing with linear probing; an index + 1, or 0 for an empty slot. A power of two long. */
  slots: Int32Array
}

const prefixBytes = 2
/** Longest probe sequences stay short up to here. */
const fullestShare = 0.75

/** Room for so many ids of so many bytes together; both grow when they must. */
export const allocateIds = (capacity = 0, idBytes = 0): IdTable => ({
  count: 0,
  arena: new Uint8Array(idBytes + prefixBytes * capacity),
  used: 0,
  wasted: 0,
  offset: new Uint32Array(capacity),
  slots: new Int32Array(slotsFor(capacity)),
})

const slotsFor = (capacity: number): number => {
  let slots = 16
  while (slots * fullestShare < capacity) slots *= 2
  return slots
}

/** FNV-1a with a final mix, since the table uses the low bits. */
const hashBytes = (bytes: Uint8Array, from: number, length: number, seed = 0): number => {
  let hash = 0x811c9dc5 ^ seed
  for (let at = from; at < from + length; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

export const idLength = ({ arena, offset }: IdBytes, index: number): number =>
  arena[offset[index]] | (arena[offset[index] + 1] << 8)

/** First byte of the id. */
export const idStart = ({ offset }: IdBytes, index: number): number => offset[index] + prefixBytes

/** Hash of the id alone; two seeds give two independent words. */
export const hashOfId = (ids: IdBytes, index: number, seed = 0): number =>
  hashBytes(ids.arena, idStart(ids, index), idLength(ids, index), seed)

/** Index of the id of these bytes, or -1. */
export const findBytes = (ids: IdTable, bytes: Uint8Array, from: number, length: number): number => {
  const { slots, arena, offset } = ids
  const mask = slots.length - 1
  for (let slot = hashBytes(bytes, from, length) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
    const at = offset[slots[slot] - 1]
    if ((arena[at] | (arena[at + 1] << 8)) !== length) continue
    let same = 0
    while (same < length && arena[at + prefixBytes + same] === bytes[from + same]) same++
    if (same === length) return slots[slot] - 1
  }
  return -1
}

/** Appends an id that the table does not hold, and returns its index, the former count. */
export const addBytes = (ids: IdTable, bytes: Uint8Array, from: number, length: number): number => {
  if (ids.used + prefixBytes + length > ids.arena.length) makeRoom(ids, prefixBytes + length)
  if (ids.count === ids.offset.length) {
    const offset = new Uint32Array(Math.ceil(ids.count * 1.25) + 16)
    offset.set(ids.offset)
    ids.offset = offset
  }
  if ((ids.count + 1) / ids.slots.length > fullestShare) rehash(ids)
  const at = ids.used
  ids.arena[at] = length & 255
  ids.arena[at + 1] = length >>> 8
  // a call to copyWithin or set costs more than a short loop
  for (let byte = 0; byte < length; byte++) ids.arena[at + prefixBytes + byte] = bytes[from + byte]
  ids.used += prefixBytes + length
  const index = ids.count++
  ids.offset[index] = at
  ids.slots[emptySlot(ids.slots, hashBytes(bytes, from, length))] = index + 1
  return index
}

/** Removes the id at `index`; the last id takes its place. */
export const removeId = (ids: IdTable, index: number): void => {
  clearSlot(ids, slotOf(ids, index))
  ids.wasted += prefixBytes + idLength(ids, index)
  const last = --ids.count
  if (index === last) return
  ids.slots[slotOf(ids, last)] = index + 1
  ids.offset[index] = ids.offset[last]
}

/** Order of the bytes: that of code points, PostgreSQL's collation "C". */
export const compareIds = (ids: IdBytes, i: number, j: number): number => {
  const { arena } = ids
  const lengthI = idLength(ids, i)
  const lengthJ = idLength(ids, j)
  const startI = idStart(ids, i)
  const startJ = idStart(ids, j)
  const shorter = Math.min(lengthI, lengthJ)
  for (let byte = 0; byte < shorter; byte++) {
    const difference = arena[startI + byte] - arena[startJ + byte]
    if (difference !== 0) return difference
  }
  return lengthI - lengthJ
}

/** The same order, of the id at `index` and one that the table need not hold. */
export const compareIdTo = (ids: IdBytes, index: number, id: string): number => {
  const length = idLength(ids, index)
  const start = idStart(ids, index)
  const other = encode(id)
  return Buffer.compare(ids.arena.subarray(start, start + length), scratch.subarray(0, other))
}

export const idString = (ids: IdBytes, index: number): string => {
  const { arena } = ids
  const start = idStart(ids, index)
  return Buffer.from(arena.buffer, arena.byteOffset + start, idLength(ids, index)).toString()
}

// an id has at most 256 characters, each at most three bytes a UTF-16 unit
let scratch = Buffer.alloc(1024)
const encode = (id: string): number => {
  if (id.length * 3 > scratch.length) scratch = Buffer.alloc(id.length * 3)
  return scratch.write(id)
}

export const findId = (ids: IdTable, id: string): number => {
  const length = encode(id)
  return findBytes(ids, scratch, 0, length)
}

/** The id's bytes as the arguments of `addBytes`; good until the next call with a string. */
export const bytesOfId = (id: string): [bytes: Uint8Array, from: number, length: number] => {
  const length = encode(id)
  return [scratch, 0, length]
}

/** As `addBytes`. */
export const addId = (ids: IdTable, id: string): number => {
  const length = encode(id)
  return addBytes(ids, scratch, 0, length)
}

/** A table over ids that were stored as bytes; takes the arrays over. */
export const restoreIds = (count: number, { arena, offset }: IdBytes): IdTable => {
  const ids = { count, arena, used: arena.length, wasted: 0, offset, slots: new Int32Array(slotsFor(count)) }
  for (let index = 0; index < count; index++)
    ids.slots[emptySlot(ids.slots, hashOfId(ids, index))] = index + 1
  return ids
}

export const idTableBytes = ({ arena, offset, slots }: IdTable): number =>
  arena.byteLength + offset.byteLength + slots.byteLength

const emptySlot = (slots: Int32Array, hash: number): number => {
  const mask = slots.length - 1
  let slot = hash & mask
  while (slots[slot] !== 0) slot = (slot + 1) & mask
  return slot
}

const slotOf = (ids: IdTable, index: number): number => {
  const mask = ids.slots.length - 1
  let slot = hashOfId(ids, index) & mask
  while (ids.slots[slot] !== index + 1) slot = (slot + 1) & mask
  return slot
}

/** Moves later entries of the probe sequence back, so that no tombstones are needed. */
const clearSlot = (ids: IdTable, slot: number): void => {
  const { slots } = ids
  const mask = slots.length - 1
  let hole = slot
  for (let probe = (slot + 1) & mask; slots[probe] !== 0; probe = (probe + 1) & mask) {
    const home = hashOfId(ids, slots[probe] - 1) & mask
    if (((probe - home) & mask) < ((probe - hole) & mask)) continue
    slots[hole] = slots[probe]
    hole = probe
  }
  slots[hole] = 0
}

const rehash = (ids: IdTable): void => {
  ids.slots = new Int32Array(ids.slots.length * 2)
  for (let index = 0; index < ids.count; index++)
    ids.slots[emptySlot(ids.slots, hashOfId(ids, index))] = index + 1
}

/** Drops the bytes of removed ids, and grows where that is not enough. */
const makeRoom = (ids: IdTable, bytes: number): void => {
  const kept = ids.used - ids.wasted
  const arena = new Uint8Array(
    Math.ceil(Math.max(kept + bytes, ids.wasted > kept ? kept : kept * 1.25)) + 256,
  )
  let used = 0
  for (let index = 0; index < ids.count; index++) {
    const from = ids.offset[index]
    const length = prefixBytes + idLength(ids, index)
    arena.set(ids.arena.subarray(from, from + length), used)
    ids.offset[index] = used
    used += length
  }
  Object.assign(ids, { arena, used, wasted: 0 })
}
