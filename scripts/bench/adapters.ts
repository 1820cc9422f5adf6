import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createClient } from '@clickhouse/client'
import type { Commit } from '#ledger/commit'
import type { LayerKey, LedgerStore } from '#ledger/ledger-store'
import { compareRegions } from '#ledger/place'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { missingTools } from '../../test/adapters/tools.ts'
import { chainOf, entryOf } from '../../test/conformance/ledger-commits.ts'
import { connectTo, type LedgerStoreTarget } from '../../test/conformance/ledger-store-target.ts'
import { openCassandra } from '../../test/conformance/ledger-stores/cassandra.ts'
import { openClickHouse } from '../../test/conformance/ledger-stores/clickhouse.ts'
import { openDynalite } from '../../test/conformance/ledger-stores/dynamodb.ts'
import { openFiles } from '../../test/conformance/ledger-stores/files.ts'
import { openLevel } from '../../test/conformance/ledger-stores/leveldb.ts'
import { openSqlite } from '../../test/conformance/ledger-stores/sqlite.ts'
import { type Bench, type BenchResult, type Figure, figure } from './harness.ts'

export interface AdaptersBenchOptions {
  /** Of each of the four chains; default 100. */
  commits?: number
  /** Of each commit; default 100. */
  entries?: number
  /** Default 3. */
  runs?: number
  log?: (line: string) => void
}

interface Store {
  name: string
  open(): Promise<LedgerStoreTarget>
  /** What it takes on disk. */
  bytes?(target: LedgerStoreTarget): Promise<number>
}

const folderBytes = (path: string): number =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)

const partsBytes = async (url: string): Promise<number> => {
  const client = createClient({ url })
  const query = "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = 'ledger'"
  const result = await client.query({ query, format: 'JSONEachRow' })
  const [row] = await result.json<{ bytes: string }>()
  await client.close()
  return Number(row!.bytes)
}

const stores: Store[] = [
  {
    name: 'sqlite',
    open: openSqlite,
    bytes: async ({ settings }) => folderBytes(dirname(settings as string)),
  },
  { name: 'leveldb', open: openLevel, bytes: async ({ settings }) => folderBytes(settings as string) },
  {
    name: 'objects as files',
    open: openFiles,
    bytes: async ({ settings }) => folderBytes(settings as string),
  },
  { name: 'dynamodb', open: openDynalite },
  { name: 'cassandra', open: openCassandra },
  { name: 'clickhouse', open: openClickHouse, bytes: ({ settings }) => partsBytes(settings as string) },
]

/**
 * The same commits into each store, by four writers at once, one for each chain; then commits, and tiles of one of the
 * four shards, one after the other. DynamoDB is dynalite here, ClickHouse its engine behind a server of one query at a time.
 */
export const run = async (options: AdaptersBenchOptions = {}): Promise<BenchResult> => {
  const { log = () => {} } = options
  const absent = missingTools()
  const figures: Figure[] = []
  for (const store of stores) {
    const missing = absent.filter(({ database }) => database === store.name)
    for (const { message } of missing) log(`${store.name}: ${message}`)
    if (missing.length === 0) figures.push(...(await measure(store, options)))
  }
  for (const unit of ['commits/s', 'ms'] as const)
    for (const [what, all] of Map.groupBy(
      figures.filter((one) => one.unit === unit),
      ({ name }) => name.split(': ')[1]!,
    )) {
      const medians = all.map(({ median }) => median)
      const best = unit === 'ms' ? Math.min(...medians) : Math.max(...medians)
      const ratios = all.map(({ name, median }) => `${name.split(':')[0]} ${(median / best).toFixed(2)}`)
      log(`${what}, in parts of the fastest: ${ratios.join(', ')}`)
    }
  return { figures, goals: [] }
}

export const bench: Bench = { name: 'adapters', run: (log) => run({ log }) }

const measure = async (store: Store, options: AdaptersBenchOptions): Promise<Figure[]> => {
  const { commits = 100, entries = 100, runs = 3, log = () => {} } = options
  const folder = mkdtempSync(join(tmpdir(), 'orrery-bench-archive-'))
  const target = await store.open()
  const connected = await connectTo(target, filesystemObjectStore(folder))
  const samples: RunFigures[] = []
  try {
    for (let run = -1; run < runs; run++) {
      const figures = await measureRun(connected.store, commits, entries)
      log(
        `${store.name}: ${Math.round(figures.writes)} commits/s, a commit ${figures.commitMs.toFixed(2)} ms, a tile ${figures.tileMs.toFixed(2)} ms`,
      )
      if (run >= 0) samples.push(figures)
    }
    await connected.close()
    const perEntry = store.bytes && (await store.bytes(target)) / ((runs + 1) * 4 * commits * entries)
    const of = (key: keyof RunFigures) => samples.map((one) => one[key])
    return [
      figure(`${store.name}: persist`, 'commits/s', of('writes')),
      figure(`${store.name}: read a commit`, 'ms', of('commitMs')),
      figure(`${store.name}: read a tile`, 'ms', of('tileMs')),
      ...(perEntry === undefined ? [] : [figure(`${store.name}: on disk`, 'bytes/entry', [perEntry])]),
    ]
  } finally {
    await target.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface RunFigures {
  writes: number
  commitMs: number
  tileMs: number
}

const chainsOf = (key: LayerKey, commits: number, entries: number): Commit[][] =>
  [0, 1, 2, 3].map((x) => {
    const spans = Array.from({ length: commits }, (_, at) => {
      const [epochStart, epochEnd] = [at * 10 + 1, (at + 1) * 10]
      const names = Array.from({ length: entries }, (_, cell) => `6:${x * 64 + (cell % 64)}:${cell >> 6}:0`)
      const entityRefs = Array.from({ length: 8 }, (_, ref) => `entity-${at % 10}-${ref}`)
      return {
        ...{ epochStart, epochEnd, windowEnd: epochEnd },
        entries: names
          .sort(compareRegions)
          .map((region, cell) => entryOf(region, BigInt(at * 1_000 + cell) << 20n, { entityRefs })),
      }
    })
    return chainOf(key, `12:${x}:0:0`, spans)
  })

const measureRun = async (store: LedgerStore, commits: number, entries: number): Promise<RunFigures> => {
  const key: LayerKey = { tenantId: 'bench', worldId: randomUUID(), layer: 'planetary' }
  const chains = chainsOf(key, commits, entries)
  const writeMs = await timed(() =>
    Promise.all(
      chains.map(async (chain) => {
        for (const commit of chain) await store.persistCommit(commit)
      }),
    ),
  )
  const some = chains.flat().filter((_, at) => at % 4 === 0)
  const readMs = await timed(async () => {
    for (const { commitId, hash } of some)
      if ((await store.queryCommit(key, commitId))?.hash !== hash)
        throw new Error(`commit ${commitId} is lost`)
  })
  const tiles = 20
  const tileMs = await timed(async () => {
    for (let tile = 0; tile < tiles; tile++)
      if ((await store.readProjectionTile({ ...key, region: `12:${tile % 4}:0:0` })).length !== entries)
        throw new Error('a tile has not all cells')
  })
  return {
    writes: (4 * commits * 1_000) / writeMs,
    commitMs: readMs / some.length,
    tileMs: tileMs / tiles,
  }
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return performance.now() - began
}
