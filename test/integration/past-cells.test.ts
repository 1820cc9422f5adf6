import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addCommit, type Cells, projectionOf } from '#ledger/cells'
import type { Commit, CommitEntry } from '#ledger/commit'
import { compareRegions, isInside } from '#ledger/place'
import { readPastCells } from '#ledger/postgres/read-past-cells'
import { readRecentCells } from '#ledger/postgres/read-recent-cells'
import { inTenantTransaction } from '#platform/postgres/pool'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { chainOf, entryOf, storeAll } from '../support/ledger.ts'

let database: TestDatabase
let app: pg.Pool
let api: TestApi
let worldId: string
let commits: Commit[]

/** A generator of numbers below `n` that is the same each time. */
const numbers = (seed: number) => {
  let state = seed
  return (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

const windowTicks = 10
const below = numbers(7)

const entriesOf = (regions: readonly string[]): CommitEntry[] =>
  regions
    .filter(() => below(3) > 0)
    .flatMap((region) => {
      const sums = { count: BigInt(1 + below(9)), activitySquares: 1n << BigInt(below(80)) }
      const own = entryOf(region, BigInt(below(2 ** 30)), sums)
      const late = entryOf(region, 5n, { ...sums, correction: true, lateFrom: 1, lateTo: 2 })
      return below(8) === 0 ? [late] : below(5) === 0 ? [own, late] : [own]
    })

/** One or two spans in most windows. */
const spansOf = (regions: readonly string[]) =>
  Array.from({ length: 15 }, (_, window) => {
    const [start, end] = [window * windowTicks + 1, (window + 1) * windowTicks]
    const cut = below(3) === 0 ? start + below(windowTicks - 1) : end
    const spans =
      cut === end
        ? [[start, end]]
        : [
            [start, cut],
            [cut + 1, end],
          ]
    return spans.map(([epochStart, epochEnd]) => ({
      ...{ epochStart: epochStart!, epochEnd: epochEnd!, windowEnd: end, entries: entriesOf(regions) },
    }))
  }).flat()

beforeAll(async () => {
  database = await createTestDatabase()
  app = database.pool('orrery_app')
  api = await startTestApi(database.url('orrery_app'))
  await api.call('POST', '/worlds', { name: 'w', settings: {} })
  worldId = (await api.call('GET', '/worlds/w')).body.worldId
  const key = { worldId, tenantId: 'local', layer: 'planetary' as const }
  const cells = (x: number) => [0, 1, 2, 3].map((at) => `6:${x + at}:-1:0`).sort(compareRegions)
  commits = [
    ...chainOf({ ...key, shard: '12:0:-1:0' }, spansOf(cells(0))),
    ...chainOf({ ...key, shard: '12:-1:-1:0' }, spansOf(cells(-4))),
    // split once, while it was hot
    ...chainOf({ ...key, shard: '12:1:-1:0' }, spansOf(cells(64)).slice(0, 9)),
    ...chainOf({ ...key, shard: '11:2:-1:0' }, spansOf(cells(64)).slice(9)),
  ]
  await storeAll(database.pool('orrery_background'), commits)
})

afterAll(async () => {
  await api?.stop()
  await database?.drop()
})

it.each(['12:0:-1:0', '12:-1:-1:0', '7:0:-1:0', '6:2:-1:0', '12:1:-1:0', '*'])(
  'cells of %s as of each window are the same by both ways, and by the rule',
  async (region) => {
    const inOrder = (cells: Cells) =>
      [...cells]
        .map(([name, cell]) => projectionOf(name, cell))
        .sort((a, b) => compareRegions(a.region, b.region))
    const mapOf = (found: Awaited<ReturnType<typeof readPastCells>>): Cells =>
      new Map(found.map(({ region, cell }) => [region, cell]))
    let recently = 0
    for (let toEpoch = windowTicks; toEpoch <= 15 * windowTicks; toEpoch += windowTicks) {
      const expected: Cells = new Map()
      for (const commit of commits.filter(({ epochEnd }) => epochEnd <= toEpoch))
        addCommit(expected, {
          ...commit,
          entries: commit.entries.filter((entry) => isInside(entry.region, region)),
        })
      const query = { worldId, layer: 'planetary' as const, region, toEpoch, limit: null }
      const [past, recent] = await inTenantTransaction(app, 'local', async (client) => [
        await readPastCells(client, query),
        await readRecentCells(client, query),
      ])
      expect(inOrder(mapOf(past))).toEqual(inOrder(expected))
      if (recent === undefined) continue
      recently++
      expect(inOrder(mapOf(recent))).toEqual(inOrder(expected))
    }
    // where a cell has been in two chains its entries have to be read
    if (region === '12:1:-1:0' || region === '*') expect(recently).toBe(0)
    else expect(recently).toBeGreaterThan(7)
  },
)
