import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { batchCompression } from '#ledger/archive-batch'
import { type Commit, commitIdOf, encodeCommit, hashCommit, noHash } from '#ledger/commit'
import type { LedgerStore } from '#ledger/ledger-store'
import { compareRegions } from '#ledger/place'
import { seeded } from './api-stage.ts'
import { type Figure, figure } from './harness.ts'
import { type LedgerStage, shardName, tenantId } from './ledger-stage.ts'

const runs = 5
const commits = 50
const entriesPerCommit = 1_000
const layer = 'planetary'

interface Speeds {
  /** MB of `encodeCommit` a second. */
  archive: number
  restore: number
  compress: number
  decompress: number
}

/** A part of a chain to the archive and back, beside zstd of the same bytes. Nothing is asked of it but that it is known. */
export const benchArchive = async (
  stage: LedgerStage,
  log: (line: string) => void,
): Promise<{ figures: Figure[]; goals: [] }> => {
  const { pool, engine } = stage
  const store = postgresLedgerStore({ pool, archive: engine.objects, newId: engine.newId })
  const worldId = await stage.world('archive', {})
  const chain = makeChain(worldId)
  log(`storing ${commits} commits of ${entriesPerCommit} entries…`)
  for (const commit of chain) await store.persistCommit(commit)
  const bytes = Buffer.concat(chain.map(encodeCommit))
  const all: Speeds[] = []
  for (let run = -1; run < runs; run++) {
    const speeds = await measure(store, worldId, bytes)
    const [archive, restore] = [speeds.archive, speeds.restore].map((speed) => speed.toFixed(2))
    log(`archive ${archive} MB/s, restore ${restore} MB/s, of ${(bytes.length / 1e6).toFixed(1)} MB`)
    if (run >= 0) all.push(speeds)
  }
  const of = (name: string, unit: string, value: (speeds: Speeds) => number) =>
    figure(name, unit, all.map(value))
  return {
    figures: [
      of('archive', 'MB/s', ({ archive }) => archive),
      of('plain zstd', 'MB/s', ({ compress }) => compress),
      of('archive ÷ plain zstd', '', ({ archive, compress }) => archive / compress),
      of('restore', 'MB/s', ({ restore }) => restore),
      of('plain zstd back', 'MB/s', ({ decompress }) => decompress),
      of('restore ÷ plain zstd back', '', ({ restore, decompress }) => restore / decompress),
    ],
    goals: [],
  }
}

/** Commits of one shard, each with the same cells: as where bodies wander within theirs. */
const makeChain = (worldId: string): Commit[] => {
  const random = seeded(1)
  const regions = Array.from({ length: entriesPerCommit }, (_, at) => `6:${at % 10}:${Math.floor(at / 10)}:0`)
  regions.sort(compareRegions)
  const chain: Commit[] = []
  for (let number = 1; number <= commits; number++) {
    const [epochStart, epochEnd] = [number * 10, number * 10 + 9]
    const place = { worldId, layer, shard: shardName(0), epochStart, epochEnd } as const
    const commit: Commit = {
      ...{ ...place, commitId: commitIdOf(place), tenantId, number, windowEnd: epochEnd },
      ...{ previousHash: chain.at(-1)?.hash ?? noHash, hash: '' },
      entries: regions.map((region, at) => entryOf(region, at, random)),
      ...{ fromInput: number + 1, seenInput: number, committedAt: new Date(epochEnd).toISOString() },
    }
    chain.push({ ...commit, hash: hashCommit(commit) })
  }
  return chain
}

const entryOf = (region: string, at: number, random: () => number): Commit['entries'][number] => {
  const sum = BigInt(Math.floor((5 + 10 * random()) * 2 ** 20))
  const entityRefs = [`body-${String(at).padStart(7, '0')}`]
  const sums = { weightSum: sum, activitySum: sum, activitySquares: (sum * sum) / 10n }
  return { region, correction: false, count: 10n, ...sums, entityRefs, lateFrom: 0, lateTo: 0 }
}

const measure = async (store: LedgerStore, worldId: string, plain: Buffer): Promise<Speeds> => {
  const key = { tenantId, worldId, layer } as const
  const megabytes = plain.length / 1e6
  const compressing = await timed(() => promisify(zstdCompress)(plain, batchCompression))
  const decompressing = await timed(() => promisify(zstdDecompress)(compressing.result))
  const range = { ...key, shard: shardName(0), fromNumber: 1, toNumber: commits }
  const archiving = await timed(() => store.archiveCommits(range))
  if (archiving.result?.commits !== commits) throw new Error('not all commits went to the archive')
  const { pointer } = archiving.result
  const restoring = await timed(() => store.restoreCommits(key, pointer))
  if (restoring.result !== commits) throw new Error(`${restoring.result} of ${commits} commits came back`)
  return {
    archive: megabytes / archiving.seconds,
    restore: megabytes / restoring.seconds,
    compress: megabytes / compressing.seconds,
    decompress: megabytes / decompressing.seconds,
  }
}

const timed = async <T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> => {
  const started = performance.now()
  const result = await work()
  return { seconds: (performance.now() - started) / 1_000, result }
}
