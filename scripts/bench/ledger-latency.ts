import { setTimeout as delay } from 'node:timers/promises'
import { startLedger } from '#ledger/run-local'
import { atMost, type Figure, figure, type Goal, median } from './harness.ts'
import { benchSettings, type LedgerStage, shardName, wander } from './ledger-stage.ts'

const runs = 5
const commitsPerRun = 30
const windowTicks = 10
const bodies = 2_000
const settings = benchSettings([{ name: 'atomic', cell: 6, commit: { windowTicks } }])

/** From a segment that is stored and about to be rung for, with the last ticks of a window in it, to its commit, as another connection sees it. */
export const benchLatency = async (
  stage: LedgerStage,
  log: (line: string) => void,
): Promise<{ figures: Figure[]; goals: Goal[] }> => {
  const [middle, late]: number[][] = [[], []]
  const ledger = startLedger(stage.engine, { waitSeconds: 20 })
  try {
    for (let run = -1; run < runs; run++) {
      const worldId = await stage.world(`latency-${run + 1}`, settings)
      const sample: number[] = []
      for (let window = 0; window < commitsPerRun; window++)
        sample.push(await commitOne(stage, worldId, window))
      sample.sort((a, b) => a - b)
      const [p50, p95] = [0.5, 0.95].map((share) => sample[Math.floor(share * (sample.length - 1))]!)
      log(
        `commit latency: p50 ${p50!.toFixed(0)} ms, p95 ${p95!.toFixed(0)} ms${run < 0 ? ' (warm-up)' : ''}`,
      )
      if (run < 0) continue
      middle.push(p50!)
      late.push(p95!)
    }
  } finally {
    await ledger.stop()
  }
  return {
    figures: [figure('commit latency, p50', 'ms', middle), figure('commit latency, p95', 'ms', late)],
    goals: [atMost('commit latency at the atomic layer, p95, ms', median(late), 500)],
  }
}

const commitOne = async (stage: LedgerStage, worldId: string, window: number): Promise<number> => {
  const fromTick = Math.max(1, window * windowTicks)
  const toTick = (window + 1) * windowTicks - 1
  const parts = new Map([[shardName(0), wander(0, bodies, fromTick, toTick)]])
  const storedAt = await stage.produce(worldId, settings, { fromTick, toTick, parts })
  for (;;) {
    const text = 'SELECT FROM commits WHERE world_id = $1 AND epoch_end = $2'
    if ((await stage.pool.query(text, [worldId, toTick])).rowCount === 1) return performance.now() - storedAt
    await delay(5)
  }
}
