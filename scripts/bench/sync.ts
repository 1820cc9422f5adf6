import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, BenchResult } from './harness.ts'
import { measureBox } from './sync/box.ts'
import { measureColyseus } from './sync/colyseus.ts'
import { measureLatency } from './sync/latency.ts'
import { measureMoving } from './sync/moving.ts'
import { startStage } from './sync/stage.ts'

const standard = 1_000_000
const movingEntities = 10_000

/** Whether others leave enough of the machine for a million entities; the bench's own load is given time to pass. */
const isQuiet = async (): Promise<boolean> => {
  for (let waits = 0; loadavg()[0]! > 6 && waits < 24; waits++) await sleep(5_000)
  return loadavg()[0]! <= 6
}

/** Streams of changes on a real stack: how late, how many bytes, beside @colyseus/schema, and in how large a world. */
export const bench: Bench = {
  name: 'sync',
  size: { unit: 'entities of the largest world', standard, small: 20_000 },
  run: async (log, entities) => {
    const few = Math.min(movingEntities, Math.ceil(entities / 10))
    const parts: BenchResult[] = [1, 100].map((percent) => measureColyseus(movingEntities, percent, log))
    const stage = await startStage(() => {})
    try {
      parts.push(await measureLatency(stage, entities < standard ? [1, 10, 100] : [1, 100, 1_000], log))
      for (const percent of [1, 100])
        parts.push({ figures: await measureMoving(stage, few, percent, log), goals: [] })
      if (entities < standard || (await isQuiet())) parts.push(await measureBox(stage, few, entities, log))
      else log(`load ${loadavg()[0]!.toFixed(1)}: the largest world is left out`)
    } finally {
      await stage.stop()
    }
    return {
      figures: parts.flatMap(({ figures }) => figures),
      goals: parts.flatMap(({ goals }) => goals),
    }
  },
}
