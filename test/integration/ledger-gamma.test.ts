import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Commit } from '#ledger/commit'
import type { LayerKey } from '#ledger/ledger-store'
import { readCoarseGamma } from '#ledger/postgres/read-coarse-gamma'
import { readGamma, readGammaState } from '#ledger/postgres/read-gamma'
import { storeCommit } from '#ledger/postgres/store-commit'
import { inTransaction } from '#platform/postgres/pool'
import { chainOf, entryOf, inOrder, ledgerArbitrary, referenceTile } from '../conformance/ledger-commits.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let pool: pg.Pool
beforeAll(async () => {
  database = await createTestDatabase()
  pool = database.pool('orrery_background')
})
afterAll(() => database.drop())

const keep = async (commits: readonly Commit[]): Promise<void> => {
  for (const commit of commits) await inTransaction(pool, (client) => storeCommit(client, commit))
}

const cellsOf = async (worldId: string) => {
  const { rows } = await pool.query(
    `SELECT region, epoch_start AS "epochStart", epoch_end AS "epochEnd", latest_weight_sum AS "latestWeightSum", count,
       weight_sum AS "weightSum", activity_sum AS "activitySum", activity_squares AS "activitySquares",
       commit_id AS "commitId"
     FROM gamma_cells WHERE world_id = $1 ORDER BY place, exponent DESC`,
    [worldId],
  )
  const big = ['latestWeightSum', 'count', 'weightSum', 'activitySum', 'activitySquares']
  return rows.map((row) => ({
    ...row,
    ...Object.fromEntries(big.map((name) => [name, BigInt(row[name])])),
  }))
}

test('gamma is what all commits say of each cell', async () => {
  await fc.assert(
    fc.asyncProperty(ledgerArbitrary, async ({ layer, chains }) => {
      const key: LayerKey = { tenantId: 'acme', worldId: randomUUID(), layer }
      const commits = inOrder(chains.flatMap(({ shard, spans }) => chainOf(key, shard, spans)))
      await keep(commits)
      expect(await cellsOf(key.worldId)).toEqual(referenceTile(commits, { region: '*' }))
    }),
    { numRuns: 40 },
  )
})

test('a shard that is behind adds to the totals of its cells, and not to the latest span', async () => {
  const key: LayerKey = { tenantId: 'acme', worldId: randomUUID(), layer: 'atomic' }
  const span = (window: number, weight: bigint) => ({
    ...{ epochStart: window * 10 + 1, epochEnd: window * 10 + 10, windowEnd: window * 10 + 10 },
    entries: [entryOf('0:1:1:1', weight)],
  })
  const part = chainOf(key, '11:0:0:0', [span(0, 3n)])
  const whole = chainOf(key, '12:0:0:0', [span(1, 5n)])
  await keep([...whole, ...part])
  const [cell] = await cellsOf(key.worldId)
  expect(cell).toMatchObject({ epochStart: 11, epochEnd: 20, latestWeightSum: 5n, weightSum: 8n })
})

test('cells of two sizes at one corner, of a layer whose cell was changed, are two', async () => {
  const key: LayerKey = { tenantId: 'acme', worldId: randomUUID(), layer: 'atomic' }
  const span = (window: number, region: string, weight: bigint) => ({
    ...{ epochStart: window * 10 + 1, epochEnd: window * 10 + 10, windowEnd: window * 10 + 10 },
    entries: [entryOf(region, weight)],
  })
  const regions = ['0:0:0:0', '3:0:0:0', '1:0:0:0']
  const chain = chainOf(
    key,
    '12:0:0:0',
    regions.map((region, window) => span(window, region, BigInt(window + 1))),
  )
  await keep(chain)
  const inOrderOfSize = [
    { region: '3:0:0:0', weightSum: 2n, epochEnd: 20 },
    { region: '1:0:0:0', weightSum: 3n, epochEnd: 30 },
    { region: '0:0:0:0', weightSum: 1n, epochEnd: 10 },
  ]
  expect(await cellsOf(key.worldId)).toMatchObject(inOrderOfSize)
  await inTransaction(pool, async (client) => {
    const query = { ...key, region: '12:0:0:0', limit: 1 }
    for (const [at, cell] of inOrderOfSize.entries())
      expect(await readGamma(client, { ...query, after: inOrderOfSize[at - 1]?.region })).toMatchObject([
        cell,
      ])
    expect(await readGamma(client, { ...query, after: '0:0:0:0' })).toEqual([])
    expect(await readGamma(client, { ...query, region: '1:0:0:0', limit: 9 })).toMatchObject(
      inOrderOfSize.slice(1),
    )
    expect(await readGammaState(client, { ...query, limit: 9 })).toMatch(/^3\//)
    const coarse = { ...query, region: '12:0:0:0' }
    const added = { region: '2:0:0:0', weightSum: 4n, epochEnd: 30 }
    expect(await readCoarseGamma(client, { ...coarse, limit: 9 }, 2)).toMatchObject([inOrderOfSize[0], added])
    expect(await readCoarseGamma(client, { ...coarse, after: '3:0:0:0' }, 2)).toMatchObject([added])
  })
})
