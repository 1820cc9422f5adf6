import type { LedgerSettings } from './settings.ts'
import { splitByShard } from './shards.ts'
import { type EntityTick, rowsOfTicks, type TickRows } from './tick-rows.ts'

/**
 * Ticks in any order, as the parts of a segment: by shard of the first layer. @param settings of a producer that does
 * not bring all bodies of a tick at once have no `hotShardBodies`: the shard of a body may not depend on the batch.
 */
export const partsOfTicks = (
  ticks: readonly EntityTick[],
  settings: LedgerSettings,
): Map<string, TickRows> => {
  const parts = new Map<string, EntityTick[]>()
  for (const [, ofTick] of Map.groupBy(ticks, ({ tickId }) => tickId)) {
    const positions = {
      x: ofTick.map(({ x }) => x),
      y: ofTick.map(({ y }) => y),
      z: ofTick.map(({ z }) => z),
    }
    for (const [shard, members] of splitByShard(
      positions,
      [...ofTick.keys()],
      settings.layers[0]!,
      settings,
    )) {
      const part = parts.get(shard) ?? []
      for (const at of members) part.push(ofTick[at]!)
      parts.set(shard, part)
    }
  }
  return new Map([...parts].map(([shard, some]) => [shard, rowsOfTicks(some)]))
}
