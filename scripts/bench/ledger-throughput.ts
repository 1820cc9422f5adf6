import { decodePart } from '#ledger/tick-segment'
import type { Figure, Goal } from './harness.ts'
import { atLeast, figure, median } from './harness.ts'
import { benchSettings, type LedgerStage, shardName, shardSide, wander } from './ledger-stage.ts'

const runs = 5
const bodies = 5_000
const ticksPerSegment = 40
const segments = 5
const windowTicks = 100
const settings = benchSettings([{ name: 'atomic', cell: 6, commit: { windowTicks } }])
const ticksPerShard = bodies * ticksPerSegment * segments

interface Rates {
  /** Ticks of entities a second. */
  engine: number
  plain: number
}

/** Ticks a second from the first bell to the last commit, on one shard and on eight, beside plain decoding and summation. */
export const benchThroughput = async (
  stage: LedgerStage,
  log: (line: string) => void,
): Promise<{ figures: Figure[]; goals: Goal[] }> => {
  const [figures, goals]: [Figure[], Goal[]] = [[], []]
  for (const shards of [1, 8]) {
    const rates: Rates[] = []
    for (let run = -1; run < runs; run++) {
      const found = await measure(stage, shards, `rate-${shards}-${run + 1}`)
      log(`${shards} shard(s): ${Math.round(found.engine)} ticks/s, plain ${Math.round(found.plain)} ticks/s`)
      if (run >= 0) rates.push(found)
    }
    const name = shards === 1 ? 'one shard' : `${shards} shards`
    const engine = rates.map((one) => one.engine)
    figures.push(
      figure(`ticks, ${name}`, 'ticks/s', engine),
      figure(
        `decoding and plain sums, ${name}`,
        'ticks/s',
        rates.map(({ plain }) => plain),
      ),
      figure(
        `engine ÷ plain, ${name}`,
        '',
        rates.map((one) => one.engine / one.plain),
      ),
    )
    goals.push(atLeast(`ticks/s a shard, ${name}`, median(engine) / shards, 100_000))
  }
  return { figures, goals }
}

const measure = async (stage: LedgerStage, shards: number, name: string): Promise<Rates> => {
  const worldId = await stage.world(name, settings)
  for (let segment = 0; segment < segments; segment++) {
    const fromTick = segment * ticksPerSegment + 1
    const toTick = fromTick + ticksPerSegment - 1
    const parts = new Map(
      Array.from({ length: shards }, (_, at) => [shardName(at), wander(at, bodies, fromTick, toTick)]),
    )
    await stage.produce(worldId, settings, { fromTick, toTick, parts })
  }
  const ticks = ticksPerShard * shards
  const plainSeconds = await seconds(() => sumPlainly(stage, worldId))
  const engineSeconds = await seconds(() => stage.serveAll())
  await expectCommits(stage, worldId, shards)
  return { engine: ticks / engineSeconds, plain: ticks / plainSeconds }
}

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1_000
}

/** What has to be done at least: the same parts read and decoded, and added up in doubles by cell. */
const sumPlainly = async ({ pool, engine }: LedgerStage, worldId: string): Promise<number> => {
  const { rows: inputs } = await pool.query<{ shard: string; key: string; start: number; length: number }>(
    `SELECT shard, key, start_byte AS start, byte_length AS length FROM ledger_inputs WHERE world_id = $1`,
    [worldId],
  )
  const sums = new Map<number, number>()
  for (const { shard, key, start, length } of inputs) {
    const { rows } = await decodePart((await engine.objects.get(key, { start, length }))!, { worldId, shard })
    for (let row = 0; row < rows.count; row++) {
      const cell = cellNumber(rows.x[row]!, rows.y[row]!, rows.z[row]!)
      sums.set(cell, (sums.get(cell) ?? 0) + rows.activity[row]!)
    }
  }
  return sums.size
}

const side = 64
const cellNumber = (x: number, y: number, z: number): number =>
  (Math.floor(x / side) * shardSide + Math.floor(y / side)) * shardSide + Math.floor(z / side)

const expectCommits = async ({ pool }: LedgerStage, worldId: string, shards: number): Promise<void> => {
  const { rows } = await pool.query<{ ticks: number }>(
    'SELECT coalesce(sum(contributions), 0)::float8 AS ticks FROM commits WHERE world_id = $1',
    [worldId],
  )
  // the last window ends with the tick before a multiple of its length: the last tick is still open
  const expected = bodies * (ticksPerSegment * segments - 1) * shards
  if (rows[0]!.ticks !== expected) throw new Error(`${rows[0]!.ticks} of ${expected} ticks are committed`)
}
