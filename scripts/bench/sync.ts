import { loadavg } from 'node:os'
import type { Bench, BenchResult } from './harness.ts'
import { measureBox } from './sync/box.ts'
import { measureColyseus } from './sync/colyseus.ts'
import { measureLatency } from './sync/latency.ts'
import { measureMoving } from './sync/moving.ts'
import { startStage } from './sync/stage.ts'

const standard = 1_000_000
const movingEntities = 10_000

/** Streams of changes on a real stack: how late, how many bytes, beside @colyseus/schema, and in how large a world. */
export const bench: Bench = {
  name: 'sync',
  size: { unit: 'entities of the largest world', standard, small: 20_000 },
  run: async (log, entities) => {
    const few = Math.min(movingEntities, Math.ceil(entities / 10))
    const parts: BenchResult[] = [1, 100].map((percent) => measureColyseus(few, percent, log))
    const stage = await startStage(() => {})
    try {
      parts.push(await measureLatency(stage, entities < standard ? [1, 10, 100] : [1, 100, 1_000], log))
      for (const percent of [1, 100])
        parts.push({ figures: await measureMoving(stage, few, percent, log), goals: [] })
      const load = loadavg()[0]!
      if (entities >= standard && load > 6) log(`load ${load.toFixed(1)}: the largest world is left out`)
      else parts.push(await measureBox(stage, few, entities, log))
    } finally {
      await stage.stop()
    }
    return {
      figures: parts.flatMap(({ figures }) => figures),
      goals: parts.flatMap(({ goals }) => goals),
    }
  },
}
