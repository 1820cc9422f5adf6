import {
  type FullStatePointer,
  type StoredTick,
  TickFenceLost,
  type TickStore,
  type TickStoreOptions,
  type TickWriterFence,
} from '../tick-store.ts'
import { fenceMs } from './fence-ms.ts'

export interface MemoryTickStoreOptions extends TickStoreOptions {
  /** Of slices with what the engine needs for them, about. */
  maxBytes: number
}

interface HeldTick {
  tick: Omit<StoredTick, 'slices'>
  slices: Map<string, Uint8Array>
  bytes: number
  heldUntilMs: number
}

interface HeldWorld {
  token: number
  latest: { tick: number; seq: number; timestamp: string } | undefined
  full: FullStatePointer | null
  /** In order. */
  ticks: HeldTick[]
  bytes: number
  heldUntilMs: number
}

/** A tick's objects, and those of one slice, as V8 lays them out on 64 bits; about. */
const overheadBytes = { tick: 500, slice: 250 }

/**
 * Ticks in this process's memory. Where they are more than `maxBytes`, the oldest of the world that holds most go: a world
 * that writes much takes nothing from the others, and its readers get a full state.
 */
export const memoryTickStore = (options: MemoryTickStoreOptions): TickStore => {
  const { maxBytes } = options
  const ttlMs = options.ttlSeconds * 1_000
  const worlds = new Map<string, HeldWorld>()
  let bytes = 0
  let sweepAtMs = 0
  const nowMs = (): number => options.now().getTime()

  const drop = (world: HeldWorld, count: number): void => {
    for (const { bytes: freed } of world.ticks.splice(0, count)) {
      world.bytes -= freed
      bytes -= freed
    }
  }

  /** Without what has expired. */
  const live = (worldId: string, now: number): HeldWorld | undefined => {
    const world = worlds.get(worldId)
    if (world === undefined) return undefined
    const first = world.ticks.findIndex(({ heldUntilMs }) => heldUntilMs > now)
    if (first !== 0) drop(world, first === -1 ? world.ticks.length : first)
    if (world.heldUntilMs <= now) Object.assign(world, { latest: undefined, full: null })
    if (world.heldUntilMs + fenceMs <= now) worlds.delete(worldId)
    return world
  }

  const sweep = (now: number): void => {
    if (now < sweepAtMs) return
    sweepAtMs = now + ttlMs / 10
    for (const worldId of worlds.keys()) live(worldId, now)
  }

  const evict = (): void => {
    while (bytes > maxBytes) {
      let largest: HeldWorld | undefined
      for (const world of worlds.values()) if (world.bytes > (largest?.bytes ?? 0)) largest = world
      drop(largest!, 1)
    }
  }

  /** @throws TickFenceLost */
  const claim = ({ worldId, token }: TickWriterFence, now: number): HeldWorld => {
    sweep(now)
    const world = live(worldId, now)
    if (world !== undefined && token < world.token) throw new TickFenceLost()
    const claimed = world ?? { token, latest: undefined, full: null, ticks: [], bytes: 0, heldUntilMs: 0 }
    worlds.set(worldId, claimed)
    claimed.token = token
    claimed.heldUntilMs = Math.max(claimed.heldUntilMs, now + ttlMs)
    return claimed
  }

  const add = (world: HeldWorld, tick: StoredTick, now: number): void => {
    const held = heldTick(tick, now + ttlMs)
    world.ticks.push(held)
    world.bytes += held.bytes
    bytes += held.bytes
  }

  return {
    put: async (fence, ticks, latest) => {
      const now = nowMs()
      const world = claim(fence, now)
      let last = world.latest?.tick ?? -1
      for (const tick of ticks) {
        if (tick.tick <= last) continue
        last = tick.tick
        add(world, tick, now)
      }
      if (latest.tick >= (world.latest?.tick ?? -1)) world.latest = { ...latest }
      evict()
    },
    putFull: async (fence, full) => {
      claim(fence, nowMs()).full = { ...full }
    },
    read: async (worldId, { fromTick, toTick }, regions, limit) => {
      const held = live(worldId, nowMs())?.ticks ?? []
      const from = firstFrom(held, fromTick)
      const to = Math.min(firstFrom(held, toTick + 1), from + limit)
      return held.slice(from, to).map(({ tick, slices }) => ({ ...tick, slices: chosen(slices, regions) }))
    },
    latest: async (worldId) => {
      const world = live(worldId, nowMs())
      if (world?.latest === undefined) return undefined
      const { latest, full, ticks } = world
      return { ...latest, oldestTick: ticks[0]?.tick.tick ?? null, full: full && { ...full } }
    },
    close: async () => {
      worlds.clear()
      bytes = 0
    },
  }
}

/**
 * With a copy of all data in one piece: a writer may use its buffers again, a small one does not keep a large one alive, and
 * one piece is made sooner than many.
 */
const heldTick = ({ slices, ...tick }: StoredTick, heldUntilMs: number): HeldTick => {
  const arena = new Uint8Array(slices.reduce((sum, { data }) => sum + data.length, 0))
  const copies = new Map<string, Uint8Array>()
  let [end, bytes] = [0, overheadBytes.tick + arena.length]
  for (const { region, data } of slices) {
    arena.set(data, end)
    copies.set(region, arena.subarray(end, (end += data.length)))
    bytes += overheadBytes.slice + 2 * region.length
  }
  return { tick, slices: copies, bytes, heldUntilMs }
}

const chosen = (slices: Map<string, Uint8Array>, regions: readonly string[] | '*'): StoredTick['slices'] => {
  const names = regions === '*' ? [...slices.keys()] : [...new Set(regions)]
  return names.flatMap((region) => {
    const data = slices.get(region)
    return data === undefined ? [] : [{ region, data }]
  })
}

/** The place of the first tick that is not before this one. */
const firstFrom = (held: HeldTick[], tick: number): number => {
  let [low, high] = [0, held.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (held[middle]!.tick.tick < tick) low = middle + 1
    else high = middle
  }
  return low
}
