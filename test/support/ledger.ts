import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { type Commit, type CommitEntry, commitIdOf, hashCommit, noHash } from '#ledger/commit'
import { type EngineContext, serveShard } from '#ledger/engine'
import { createOpenSpans } from '#ledger/open-spans'
import { compareRegions } from '#ledger/place'
import {
  appendSegment,
  cutWhereChanged,
  lockTickStream,
  type WorldKey,
} from '#ledger/postgres/append-segment'
import { storeCommit } from '#ledger/postgres/store-commit'
import type { LayerName, LedgerSettings } from '#ledger/settings'
import { parseShardWork, type ShardWork } from '#ledger/shard-bell'
import { splitByShard } from '#ledger/shards'
import { type EntityTick, rowsOfTicks } from '#ledger/tick-rows'
import { encodeSegment } from '#ledger/tick-segment'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTransaction } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import { noMetrics } from '#platform/telemetry/metrics'

export interface ChainKey extends WorldKey {
  layer: LayerName
  shard: string
}

/** What a commit of a chain says; the rest follows from the commit before it. */
export interface TestSpan {
  epochStart: number
  epochEnd: number
  windowEnd: number
  entries: CommitEntry[]
}

/** Commits that follow each other. */
export const chainOf = (key: ChainKey, spans: readonly TestSpan[]): Commit[] => {
  let previousHash = noHash
  return spans.map((span, index) => {
    const inputs = { fromInput: 1, seenInput: 1, committedAt: '2026-11-26T09:00:00.000Z' }
    const head = {
      ...key,
      ...span,
      entries: span.entries.toSorted(inOrder),
      commitId: commitIdOf({ ...key, ...span }),
      number: index + 1,
      previousHash,
    }
    const commit = { ...head, ...inputs, hash: '' }
    previousHash = hashCommit(commit)
    return { ...commit, hash: previousHash }
  })
}

const inOrder = (a: CommitEntry, b: CommitEntry): number =>
  compareRegions(a.region, b.region) || Number(a.correction) - Number(b.correction)

export const entryOf = (region: string, weightSum: bigint, rest: Partial<CommitEntry> = {}): CommitEntry => ({
  ...{ region, correction: false, count: 3n, weightSum },
  ...{ activitySum: 2n * weightSum, activitySquares: weightSum * weightSum + 1n, entityRefs: [] },
  ...{ lateFrom: 0, lateTo: 0, ...rest },
})

/** As the engine stores them. @param pool as orrery_background. */
export const storeAll = async (pool: pg.Pool, commits: readonly Commit[], cause = {}): Promise<void> => {
  for (const commit of commits) await inTransaction(pool, (client) => storeCommit(client, commit, cause))
}

/** What a producer of ticks does with some ticks and the watermark after them. @param pool as orrery_physics. */
export const bringTicks = async (
  pool: pg.Pool,
  objects: ObjectStore,
  world: WorldKey,
  settings: LedgerSettings,
  ticks: readonly EntityTick[],
): Promise<ShardWork[]> => {
  const [first, last] = [Math.min(...ticks.map((t) => t.tickId)), Math.max(...ticks.map((t) => t.tickId))]
  const columns = { x: ticks.map((t) => t.x), y: ticks.map((t) => t.y), z: ticks.map((t) => t.z) }
  const layer = settings.layers[0]!
  const shards = splitByShard(columns, [...ticks.keys()], layer, settings)
  const parts = new Map(
    [...shards].map(([shard, rows]) => [shard, rowsOfTicks(rows.map((at) => ticks[at]!))]),
  )
  const segment = { worldId: world.worldId, fromTick: first, toTick: last, parts, traces: [] }
  const encoded = await encodeSegment(segment)
  const key = `ticks/${world.worldId}/${first}.ots`
  await objects.put(key, encoded.bytes)
  await inTransaction(pool, async (client) => {
    const stream = await lockTickStream(client, world, layer.name)
    await cutWhereChanged(client, world, stream, settings, {})
    const found = { fromTick: first, toTick: last, watermark: last, key, bytes: encoded.bytes.length }
    await appendSegment(client, world, stream, { ...found, parts: encoded.parts })
  })
  return [...parts.keys()].map((shard) => ({ ...world, layer: layer.name, shard }))
}

/** An engine without a relay. @param pool as orrery_background. */
export const engineContext = (pool: pg.Pool, objects: ObjectStore, queue: Queue): EngineContext => ({
  ...{ pool, objects, queue, metrics: noMetrics, log: () => {}, openSpans: createOpenSpans(2 ** 24) },
  ...{
    doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
    now: () => new Date(),
    newId: uuidv7,
  },
})

/** Serves whatever the queue rings for, until it is silent; answers for whom it rang. */
export const serveBells = async (context: EngineContext): Promise<ShardWork[]> => {
  const served: ShardWork[] = []
  for (;;) {
    const bells = await context.queue.receive({ waitSeconds: 0 })
    if (bells.length === 0) return served
    for (const bell of bells) {
      const work = parseShardWork(bell.body)
      if (work === undefined) continue
      await serveShard(context, work)
      served.push(work)
    }
    await context.queue.acknowledge(bells)
  }
}

/** Archives commits that follow each other in a chain; answers the id of their archive. @param pool as orrery_background. */
export const archiveAll = async (
  pool: pg.Pool,
  objects: ObjectStore,
  commits: readonly Commit[],
): Promise<string> => {
  const [first, last] = [commits[0]!, commits.at(-1)!]
  const store = postgresLedgerStore({ pool, archive: objects, newId: uuidv7 })
  const batch = await store.archiveCommits({ ...first, fromNumber: first.number, toNumber: last.number })
  const { rows } = await pool.query<{ id: string }>(
    'SELECT archive_id AS id FROM ledger_archives WHERE world_id = $1 AND key = $2 ORDER BY created_at DESC LIMIT 1',
    [first.worldId, batch!.pointer],
  )
  return rows[0]!.id
}
