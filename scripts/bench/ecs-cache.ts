import { inProcessCache } from '#world/cache/adapters/in-process'
import type { CoreRow, EntityName, LoadedEntity } from '#world/cache/entity-cache'
import { type ReadThroughContext, readWhole } from '#world/cache/read-entity'
import { defaultCacheMegabytes } from '../local/options.ts'
import { atLeast, type BenchResult, figure } from './harness.ts'

export interface CacheBenchOptions {
  /** Ids that are asked for, with five components each; default 1,000,000. */
  entities?: number
  /** Reads that fill the cache, and reads that are measured after that; default 3,000,000 and 500,000. */
  warmUp?: number
  reads?: number
  /** Default: that of `npm start`, and that of a function. */
  megabytes?: number[]
  log?: (line: string) => void
}

/** 10,000 reads a second. */
const millisecondsPerRead = 0.1

/** Of AWS Lambda: functions/cache-settings.ts. */
const functionMegabytes = 64

/** How often the cache in memory hits where ids are asked for by Zipf's law, exponent 1, and how long a hit takes. */
export const benchCache = async (options: CacheBenchOptions = {}): Promise<BenchResult> => {
  const { megabytes = [defaultCacheMegabytes, functionMegabytes], log = () => {} } = options
  const result: BenchResult = { figures: [], goals: [] }
  for (const size of megabytes) {
    log(`entity cache of ${size} MB`)
    const { figures, hitRate } = await benchSize(size, options)
    result.figures.push(...figures)
    if (size === defaultCacheMegabytes) result.goals.push(atLeast('cache hit rate', hitRate, 0.9))
  }
  return result
}

const benchSize = async (
  megabytes: number,
  { entities = 1_000_000, warmUp = 3_000_000, reads = 500_000 }: CacheBenchOptions,
) => {
  const nextRank = zipf(entities)
  // what is kept grows old by the number of reads, not by how long this machine takes for them
  let clockMs = 0
  const cache = inProcessCache({
    ...{ maxBytes: megabytes * 1024 * 1024, maxEntities: 1_000_000, now: () => clockMs },
  })
  let hits = 0
  const context: ReadThroughContext = {
    cache,
    load: async (name, _, checkedAt) => loadedOf(name, checkedAt),
    measure: (outcome) => {
      if (outcome === 'hit') hits++
    },
    reportFault: (error) => {
      throw error
    },
  }
  const read = () => {
    clockMs += millisecondsPerRead
    return readWhole(context, nameOf(nextRank()), 600_000)
  }
  const heapBefore = process.memoryUsage().heapUsed
  for (let index = 0; index < warmUp; index++) await read()
  globalThis.gc?.()
  const heapMegabytes = (process.memoryUsage().heapUsed - heapBefore) / 1024 / 1024
  hits = 0
  const times = new Float64Array(reads)
  let timed = 0
  for (let index = 0; index < reads; index++) {
    const before = hits
    const began = performance.now()
    await read()
    const ended = performance.now()
    if (hits > before) times[timed++] = (ended - began) * 1_000
  }
  const hitTimes = times.subarray(0, timed).sort()
  const at = (share: number): number => hitTimes[Math.min(timed - 1, Math.floor(share * timed))] ?? Number.NaN
  await cache.close()
  const of = `, cache of ${megabytes} MB`
  return {
    hitRate: hits / reads,
    figures: [
      figure(`hit rate, Zipf 1.0 over ${entities.toLocaleString('en')} ids${of}`, 'of 1', [hits / reads]),
      figure(`hit, p50${of}`, 'µs', [at(0.5)]),
      figure(`hit, p95${of}`, 'µs', [at(0.95)]),
      figure(`heap of it${of}`, 'MB', [heapMegabytes]),
    ],
  }
}

/** Ranks from 0 on, of which rank r comes up as often as 1 / (r + 1) says; seeded. */
const zipf = (count: number): (() => number) => {
  const sums = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) sums[rank] = sum += 1 / (rank + 1)
  let state = 0x2545f491
  const random = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  return () => {
    const wanted = random() * sum
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

const nameOf = (rank: number): EntityName => ({
  tenantId: 'bench',
  worldId: '01940000-0000-7000-8000-000000000000',
  entityId: `character:${rank}`,
})

/** As the database would answer: an entity with five components. */
const loadedOf = (name: EntityName, checkedAt: number): LoadedEntity => {
  const rank = Number(name.entityId.slice('character:'.length))
  const row: CoreRow = [
    ...[`Character ${rank}`, 'Character', ['alive'], rank * 0.37, rank % 977, -rank * 0.11],
    ...['Health+Inventory+Name+Position+Relationships', 5, rank + 7, 1_795_000_000_000, 1_795_000_000_000],
  ] as unknown as CoreRow
  const data = {
    Health: { current: rank % 100, max: 100 },
    Inventory: { items: [`item:${rank % 4_096}`, `item:${rank % 33}`], gold: rank % 1_000 },
    Name: { given: `Given${rank % 5_000}`, family: `Family${rank % 700}` },
    Position: { x: rank * 0.37, y: rank % 977, z: -rank * 0.11 },
    Relationships: { trusts: [`character:${rank >> 1}`], fears: [] },
  }
  const versions = Object.fromEntries(Object.keys(data).map((type, index) => [type, rank + 2 + index]))
  const components = Object.entries(data).map(
    ([type, value]) => [type, { version: versions[type]!, data: value }] as const,
  )
  return {
    ...{ name, atSeq: rank + 100, checkedAt },
    ...{ core: { row, versions }, components: Object.fromEntries(components) },
  }
}
