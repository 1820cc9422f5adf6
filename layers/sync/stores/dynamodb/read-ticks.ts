import type { StoredTick, WantedRegions } from '../../tick-store.ts'
import { type Head, headOf } from './heads.ts'
import { bucketOf, heads, partitionOf, tickKey, writtenKey } from './keys.ts'
import { queryItems } from './read-items.ts'
import { readSlices } from './read-slices.ts'
import type { TicksTable } from './world-row.ts'
import { isCommitted, type WorldState } from './world-state.ts'

interface TickRange {
  fromTick: number
  toTick: number
}

/** The heads that hold, in order. `pageItems`: of a query, where few are wanted. */
export async function* readHeads(
  table: TicksTable,
  worldId: string,
  state: WorldState,
  range: TickRange,
  nowMs: number,
  pageItems?: number,
): AsyncGenerator<Head> {
  const [fromTick, toTick] = [Math.max(range.fromTick, 0), Math.min(range.toTick, state.tick)]
  if (fromTick > toTick) return
  for (const [bucket] of state.buckets) {
    if (bucket < bucketOf(fromTick) || bucket > bucketOf(toTick)) continue
    const partition = partitionOf(worldId, heads, bucket)
    // a slash comes after the full stop that ends a tick
    const keys = { partition, from: tickKey(fromTick), to: `${tickKey(toTick)}/` }
    for await (const item of queryItems(table, keys, pageItems)) {
      const head = headOf(item)
      if (head.heldUntilMs > nowMs && isCommitted(state, head)) yield head
    }
  }
}

/** The ticks that are held, of a state that is current. */
export const readTicks = async (
  table: TicksTable,
  worldId: string,
  state: WorldState,
  range: TickRange,
  regions: WantedRegions,
  limit: number,
  nowMs: number,
): Promise<StoredTick[]> => {
  const found: Head[] = []
  if (limit > 0)
    for await (const head of readHeads(table, worldId, state, range, nowMs, limit)) {
      found.push(head)
      if (found.length >= limit) break
    }
  const unique = regions === '*' ? regions : [...new Set(regions)]
  const apart = found.filter(({ isWhole }) => !isWhole)
  const slices = await readSlices(table, worldId, apart, unique)
  const wanted = new Set(unique)
  return found.flatMap(({ stored, isWhole, ...written }) => {
    if (isWhole)
      return {
        ...stored,
        slices: unique === '*' ? stored.slices : stored.slices.filter(({ region }) => wanted.has(region)),
      }
    const ofTick = slices.get(writtenKey(written))
    return ofTick === undefined ? [] : { ...stored, slices: ofTick }
  })
}
