import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { Queue } from '#platform/queue/queue'
import type { Log } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'
import type { DoorbellRinger } from '#world/write'
import { ringHousekeeping } from './archivist/housekeeping-bell.ts'
import { closeWindows } from './close-windows.ts'
import { figuresOf } from './commit.ts'
import { type CommitContext, commitSpans } from './commit-spans.ts'
import type { Copies } from './copies.ts'
import { ringFollower } from './follow-bell.ts'
import { fetchInputs, readNextInputs } from './next-inputs.ts'
import type { OpenSpans } from './open-spans.ts'
import type { InputRow } from './postgres/read-inputs.ts'
import { type HeldShard, releaseShard, saveSpill, takeShard } from './postgres/shard-lease.ts'
import { type NewKey, pseudonymise } from './pseudonyms.ts'
import { type PluginHost, runPlugins } from './run-plugins.ts'
import type { ServedShards } from './served-shards.ts'
import type { LayerName } from './settings.ts'
import { ringShards, type ShardWork } from './shard-bell.ts'
import { advance, type Input, type MadeCommit, type OpenSpan, openSpan } from './spans.ts'
import { canSpill, decodeSpan, encodeSpan } from './spill.ts'
import { type Cut, layerOf } from './windows.ts'

export interface EngineContext extends CommitContext {
  objects: ObjectStore
  /** Of bells for shards. */
  queue: Queue
  /** Of the relay, which sends the events of commits. */
  doorbell: DoorbellRinger
  /** Of this process. */
  openSpans: OpenSpans
  /** Of this process; default: every bell is served. */
  served?: ServedShards
  log: Log
  metrics: Metrics
  /** What acts on worlds when windows of their first layer have closed; default: nothing does. */
  acting?: PluginHost
  /** The stores that this process copies commits to; default: it copies none. */
  copies?: Copies
  options?: Partial<EngineOptions>
}

export interface EngineOptions {
  /** An engine that does not come back lets another one have its shard after so long. */
  leaseMs: number
  /** Inputs that are read at once. */
  inputsAtOnce: number
  /** An open span is kept in the object store after so many more inputs, so that no engine reads more than these again. */
  spillEveryInputs: number
  /** Entries that one transaction commits, but for a single commit that has more. */
  entriesAtOnce: number
  /** Commits that one transaction makes: each takes some statements, however few entries it has. */
  commitsAtOnce: number
  /** Of the pseudonym of an entity that has none; default: a random one. */
  newKey?: NewKey
}

const defaults: EngineOptions = {
  leaseMs: 120_000,
  inputsAtOnce: 64,
  spillEveryInputs: 256,
  entriesAtOnce: 20_000,
  commitsAtOnce: 50,
}

/** Another engine works on the shard: the bell is to come again. */
export class ShardBusy extends Error {
  readonly code = 'shard-busy'

  constructor({ worldId, layer, shard }: ShardWork) {
    super(`another engine works on the shard ${shard} of layer ${layer} of world ${worldId}`)
  }
}

/**
 * Serves one shard of one layer: takes what is new of its input, commits the spans that the watermark ends, closes the
 * windows that lack nothing any more, rings for who has something to do then, a copy that follows too, and lets the plugins act. It may be called at any time, any
 * number of times and after any crash: what it does depends on what is stored alone.
 *
 * @throws ShardBusy, ShardLost; what the database, the store or the queue throws: then the bell is to come again.
 */
export const serveShard = async (context: EngineContext, work: ShardWork): Promise<void> => {
  const options = { ...defaults, ...context.options }
  const held = await takeShard(context.pool, work, randomUUID(), options.leaseMs)
  if (held === undefined) throw new ShardBusy(work)
  let toCopy: number | undefined
  try {
    const open = await reopen(context, held)
    toCopy = await takeAll(context, options, held, open)
    await keep(context, options, held, open)
  } catch (error) {
    context.metrics.count('orrery_commit_failures_total', 1)
    throw error
  } finally {
    await releaseShard(context.pool, held)
  }
  const { works, reason, hasWindows } = await closeWindows(context.pool, work)
  await ringShards(context.queue, works, reason)
  // what a window makes old; where nothing happens nothing gets older
  if (hasWindows) await ringHousekeeping(context.queue, context.now())
  if (toCopy !== undefined) await ringFollower(context.queue, work.worldId, `commit-${toCopy}`)
  const { acting } = context
  if (hasWindows && acting !== undefined) await runPlugins({ ...context, ...acting }, work)
}

const nameOf = ({ worldId, layer, shard }: ShardWork): string => `${worldId}/${layer}/${shard}`

/** What has been added up of the span: by this process, or as it was spilled; else it begins anew. */
const reopen = async (
  { openSpans, objects, log }: EngineContext,
  { work, token, state, spill }: HeldShard,
): Promise<OpenSpan> => {
  const kept = openSpans.take(nameOf(work), token)
  if (kept !== undefined && kept.state.hash === state.hash) return kept
  if (spill === undefined) return openSpan(state)
  try {
    const bytes = await objects.get(spill.key)
    if (bytes === undefined) throw new Error('it is missing')
    return await decodeSpan(bytes, state)
  } catch (error) {
    log(`${spill.key}: ${(error as Error).message}; the span is added up again`, { level: 'warn' })
    return openSpan(state)
  }
}

/** Answers the seq of the last commit where a copy elsewhere is to have it. */
const takeAll = async (
  context: EngineContext,
  options: EngineOptions,
  held: HeldShard,
  open: OpenSpan,
): Promise<number | undefined> => {
  let toCopy: number | undefined
  for (let hasMore = true; hasMore; ) {
    const found = await readNextInputs(context, held.work, open.taken, options.inputsAtOnce)
    if (found.paused) return toCopy
    const inputs = await fetchInputs(context, held.work, found)
    // what follows these inputs is not known yet, so nothing but their own watermarks counts
    const watermark = found.hasMore ? Number.NEGATIVE_INFINITY : found.watermark
    const { hash } = open.state
    const plain = await advanceSlowly(open, inputs, watermark, found.cuts)
    const made = await pseudonymise(context.pool, open, hash, plain, options.newKey)
    const seq = await commitAll(context, options, held, open, made, found.inputs)
    if (isCopied(found.cuts, held.work.layer)) toCopy = seq ?? toCopy
    measure(context, inputs)
    hasMore = found.hasMore
  }
  return toCopy
}

const isCopied = (cuts: readonly Cut[], layer: LayerName): boolean => {
  const newest = cuts.at(-1)
  return newest !== undefined && (layerOf(newest.settings, layer)?.adapter ?? 'postgres') !== 'postgres'
}

/**
 * As `advance`, but others have their turn after each input: all of them at once take seconds, in which PostgreSQL would
 * time out the transactions of other shards that this process serves.
 */
const advanceSlowly = async (
  open: OpenSpan,
  inputs: readonly Input[],
  watermark: number,
  cuts: readonly Cut[],
): Promise<MadeCommit[]> => {
  const made: MadeCommit[] = []
  for (const input of inputs) {
    made.push(...advance(open, [input], Number.NEGATIVE_INFINITY, cuts))
    await setImmediate()
  }
  made.push(...advance(open, [], watermark, cuts))
  return made
}

/** Answers the seq of the last one. */
const commitAll = async (
  context: EngineContext,
  options: EngineOptions,
  held: HeldShard,
  open: OpenSpan,
  made: readonly MadeCommit[],
  inputs: readonly InputRow[],
): Promise<number | undefined> => {
  const { worldId, layer } = held.work
  let seq: number | undefined
  for (const group of groupsOf(made, options)) {
    const last = group.at(-1)!
    const state = { ...open.state, number: last.number, hash: last.hash, committedTo: last.epochEnd }
    const { fromInput, seenInput } = last
    const ring = () => context.doorbell.beforeCommit(worldId)
    seq = await commitSpans(context, held, group, { ...state, fromInput, seenInput }, ring)
    context.doorbell.afterCommit(worldId, seq)
    for (const commit of group) measureCommit(context, layer, commit, inputs.at(-1)?.readyAtMs)
  }
  return seq
}

const groupsOf = (
  made: readonly MadeCommit[],
  { entriesAtOnce, commitsAtOnce }: EngineOptions,
): MadeCommit[][] => {
  const groups: MadeCommit[][] = []
  let entries = Number.POSITIVE_INFINITY
  for (const commit of made) {
    entries += commit.entries.length
    if (entries > entriesAtOnce || groups.at(-1)?.length === commitsAtOnce) {
      groups.push([])
      entries = commit.entries.length
    }
    groups.at(-1)!.push(commit)
  }
  return groups
}

const measureCommit = (
  { metrics, now, log }: EngineContext,
  layer: LayerName,
  commit: MadeCommit,
  readyAtMs: number | undefined,
): void => {
  const { commitId, shard, epochStart, epochEnd, entries, worldId, traces } = commit
  if (readyAtMs !== undefined) metrics.observe('orrery_commit_ms', now().getTime() - readyAtMs, { layer })
  metrics.observe('orrery_commit_entries', entries.length, { layer })
  for (const entry of entries)
    metrics.observe('orrery_region_activity', figuresOf(entry).activityMean, { layer })
  const fields = { world: worldId, commitId, layer, shard, traces, traceparent: traces[0] }
  log(`world ${worldId}: ${layer} ${shard} committed ticks ${epochStart} to ${epochEnd}`, {
    level: 'debug',
    ...fields,
  })
}

const measure = ({ metrics, openSpans }: EngineContext, inputs: readonly Input[]): void => {
  const ticks = inputs.reduce(
    (sum, { content }) => sum + (content.kind === 'ticks' ? content.rows.count : 0),
    0,
  )
  if (ticks > 0) metrics.count('orrery_ledger_ticks_total', ticks)
  metrics.gauge('orrery_accumulator_regions', openSpans.regions())
  metrics.gauge('orrery_accumulator_bytes', openSpans.bytes())
}

/** Keeps the open span for the next time: in memory, and in the store where it has become long. */
const keep = async (
  context: EngineContext,
  { spillEveryInputs }: EngineOptions,
  { work, token, spill, state }: HeldShard,
  open: OpenSpan,
): Promise<void> => {
  const since =
    spill !== undefined && state.number === open.state.number ? spill.input : open.state.fromInput - 1
  if (open.taken - since >= spillEveryInputs) await spillSpan(context, work, token, open)
  for (const evicted of context.openSpans.put(nameOf(work), token, open)) {
    const { worldId, tenantId, layer, shard } = evicted.open.state
    await spillSpan(context, { worldId, tenantId, layer, shard }, evicted.token, evicted.open)
  }
}

/** An object that no row names is of no use: it is deleted, and so is the one before. */
const spillSpan = async (
  { pool, objects }: EngineContext,
  work: ShardWork,
  token: number,
  open: OpenSpan,
): Promise<void> => {
  if (!canSpill(open)) return
  const name = work.shard === '*' ? 'all' : work.shard.replaceAll(':', '_')
  const folder = `spill/${work.worldId}/${work.layer}/${name}/`
  const key = `${folder}${open.state.number}-${open.taken}-${token}.ola`
  await objects.put(key, await encodeSpan(open))
  const spill = { key, input: open.taken, number: open.state.number }
  const isKept = await saveSpill(pool, { work, token }, spill)
  for (const other of await objects.list(folder))
    if (isKept ? other !== key : other === key) await objects.delete(other)
}
