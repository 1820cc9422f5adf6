import { setTimeout } from 'node:timers/promises'
import { startApi } from './api-stage.ts'
import { atMost, type Figure, figure, type Goal, median } from './harness.ts'
import { benchSettings, type LedgerStage, shardName, wander } from './ledger-stage.ts'

const runs = 5
const commits = 10_000
const shards = 4
/** Of a shard: together as many cells as a page has. The first commit has all of them, each other one some. */
const bodies = 250
const bodiesOfMost = 8
/** An engine lets others have their turn between segments. */
const ticksPerSegment = 100
/** The region that the shards lie in. */
const region = '14:0:0:0'
const requestsPerRun = 100
const coldStarts = 15
const patienceMs = 120_000
const settings = benchSettings([{ name: 'planetary', cell: 6, commit: { windowTicks: 1 } }])

/** A planetary tile with 10,000 commits behind it by GET /gamma/current: of an API that knows it, and the first request of one. */
export const benchGamma = async (
  stage: LedgerStage,
  log: (line: string) => void,
): Promise<{ figures: Figure[]; goals: Goal[] }> => {
  log(`making ${commits} commits…`)
  await makeCommits(stage)
  const path = `/gamma/current?world=gamma&layer=planetary&region=${region}`
  const hot: number[] = []
  for (let run = -1; run < runs; run++) {
    const p95 = percentile95(await timed(requestsPerRun, () => readTile(`${stage.api.url}${path}`)))
    log(`hot: p95 ${p95.toFixed(1)} ms`)
    if (run >= 0) hot.push(p95)
  }
  const cold: number[] = []
  for (let start = 0; start < coldStarts; start++) {
    const api = await startApi(stage.api.postgres)
    cold.push((await timed(1, () => readTile(`${api.url}${path}`)))[0]!)
    await api.stop()
  }
  log(`cold: p95 ${percentile95(cold).toFixed(1)} ms`)
  return {
    figures: [figure('gamma hot, p95', 'ms', hot), figure('gamma cold, first request', 'ms', cold)],
    goals: [
      atMost('gamma hot, p95, ms', median(hot), 50),
      atMost('gamma cold, p95, ms', percentile95(cold), 300),
    ],
  }
}

const makeCommits = async ({ world, produce, serveAll, pool }: LedgerStage): Promise<void> => {
  const worldId = await world('gamma', settings)
  const produceTicks = async (count: number, fromTick: number, toTick: number): Promise<void> => {
    const parts = new Map(
      Array.from({ length: shards }, (_, at) => [shardName(at), wander(at, count, fromTick, toTick)]),
    )
    await produce(worldId, settings, { fromTick, toTick, parts })
  }
  const ticks = commits / shards
  await produceTicks(bodies, 1, 1)
  for (let from = 2; from <= ticks; from += ticksPerSegment)
    await produceTicks(bodiesOfMost, from, Math.min(ticks, from + ticksPerSegment - 1))
  const text = 'SELECT count(*) AS commits FROM commits WHERE world_id = $1'
  const until = performance.now() + patienceMs
  for (let found = 0; found < commits; ) {
    // a bell that the part before had asked for when it ended comes again, with all that are behind it
    await serveAll()
    found = (await pool.query<{ commits: number }>(text, [worldId])).rows[0]!.commits
    if (found < commits && performance.now() > until)
      throw new Error(`${found} of ${commits} commits were made`)
    if (found < commits) await setTimeout(1_000)
  }
}

const readTile = async (url: string): Promise<void> => {
  const response = await fetch(url)
  const { cells } = (await response.json()) as { cells: unknown[] }
  if (!response.ok || cells.length === 0) throw new Error(`${response.status} with ${cells?.length} cells`)
}

const timed = async (count: number, work: () => Promise<void>): Promise<number[]> => {
  const times: number[] = []
  for (let at = 0; at < count; at++) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return times
}

const percentile95 = (sample: readonly number[]): number =>
  sample.toSorted((a, b) => a - b)[Math.floor(0.95 * (sample.length - 1))]!
