import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { type JobContext, runLedgerJobs } from '#ledger/archivist/jobs'
import { insertJob, readJob } from '#ledger/postgres/jobs'
import { replayCommits } from '#ledger/replay/replay-commits'
import { type LayerName, layerNames, ledgerSettings } from '#ledger/settings'
import { inTransaction } from '#platform/postgres/pool'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'
import { fiveLayers, walkers } from '../support/ledger-walkers.ts'

let ledger: LedgerHarness
let admin: pg.Client
/** Of the world that all tests look at; what one of them moves or takes away is missing for the next ones. */
let worldId: string

beforeAll(async () => {
  ledger = await createLedgerHarness()
  admin = new pg.Client({ connectionString: ledger.database.adminUrl })
  await admin.connect()
  worldId = await played()
}, 120_000)

afterAll(async () => {
  await admin?.end()
  await ledger?.close()
})

interface Link {
  layer: LayerName
  shard: string
  number: number
  commit_id: string
  commit_key: string
}

const links = async (worldId: string): Promise<Link[]> =>
  (
    await admin.query<Link>(
      `SELECT layer, shard, number::int, commit_id, commit_key FROM commits WHERE world_id = $1
       ORDER BY layer, shard, number`,
      [worldId],
    )
  ).rows

const chainsOf = (all: readonly Link[]): Link[][] => [
  ...Map.groupBy(all, ({ layer, shard }) => `${layer} ${shard}`).values(),
]

const replay = (worldId: string, first: Link, last: Link) =>
  replayCommits(ledger, { tenantId: 'local', worldId, layer: first.layer }, first.commit_id, last.commit_id)

/** The longest chain of a layer. */
const longest = (all: readonly Link[], layer: LayerName): Link[] =>
  chainsOf(all.filter((link) => link.layer === layer)).reduce((a, b) => (b.length > a.length ? b : a))

/** Ticks in segments of changing length, engines that forget, late ticks, and spans that end by a threshold. */
const hybrid = ledgerSettings.parse({
  ...fiveLayers,
  layers: fiveLayers.layers.map((layer, at) =>
    at === 0
      ? { ...layer, commit: { ...layer.commit, strategy: 'hybrid', minTicks: 2, maxContributions: 12 } }
      : layer,
  ),
})

const played = async (): Promise<string> => {
  const worldId = await ledger.world('w')
  const engines = [
    ledger.engine({ spillEveryInputs: 1, inputsAtOnce: 2 }, 0),
    ledger.engine(),
    ledger.context,
  ]
  for (let from = 1, round = 0; from <= 90; round++) {
    const to = Math.min(90, from + 2 + (round % 5) * 3)
    await ledger.produce(worldId, round < 6 ? fiveLayers : hybrid, walkers(from, to, 10), to)
    if (round % 4 === 3) await ledger.produce(worldId, hybrid, walkers(from - 9, from - 8, 3), to)
    await ledger.serveAll(engines[round % 3])
    from = to + 1
  }
  return worldId
}

describe('replay', () => {
  it('of every commit of all layers, one by one and as whole chains, gives the same hashes', {
    timeout: 60_000,
  }, async () => {
    const all = await links(worldId)
    expect(new Set(all.map(({ layer }) => layer))).toEqual(new Set(layerNames))
    const { rows } = await admin.query('SELECT count(*)::int AS late FROM commit_entries WHERE correction')
    expect(rows[0].late).toBeGreaterThan(0)
    for (const chain of chainsOf(all)) {
      const { shard, layer } = chain[0]!
      const whole = {
        layer,
        shard,
        fromNumber: 1,
        toNumber: chain.length,
        equal: chain.length,
        differing: null,
      }
      expect(await replay(worldId, chain[0]!, chain.at(-1)!)).toEqual(whole)
    }
    for (const one of all)
      expect(await replay(worldId, one, one)).toMatchObject({
        fromNumber: one.number,
        equal: 1,
        differing: null,
      })
  })

  it('names the commit whose entries, hash or span are not what its ticks make, and how', async () => {
    for (const layer of ['atomic', 'solar'] as const) {
      const chain = longest(await links(worldId), layer)
      const [bad, last] = [chain[Math.floor(chain.length / 2)]!, chain.at(-1)!]
      const { rows } = await admin.query(
        `UPDATE commit_entries SET weight_sum = weight_sum + 1 WHERE ctid = (
           SELECT ctid FROM commit_entries WHERE commit_key = $1 ORDER BY place LIMIT 1)
         RETURNING region, correction, weight_sum`,
        [bad.commit_key],
      )
      const { region, correction, weight_sum: kept } = rows[0]
      const found = await replay(worldId, chain[0]!, last)
      expect(found).toMatchObject({
        equal: bad.number - 1,
        differing: { number: bad.number, commitId: bad.commit_id },
      })
      expect(found.differing!.differences[0]).toEqual({
        ...{ region, correction, field: 'weightSum', kept, replayed: String(BigInt(kept) - 1n) },
      })
      await admin.query(
        'UPDATE commit_entries SET weight_sum = weight_sum - 1 WHERE commit_key = $1 AND region = $2',
        [bad.commit_key, region],
      )
      await admin.query('UPDATE commits SET epoch_end = epoch_end + 1 WHERE commit_key = $1', [
        bad.commit_key,
      ])
      expect((await replay(worldId, bad, last)).differing).toMatchObject({
        ...{
          number: bad.number,
          differences: [{ region: null, field: 'epochEnd' }, { field: 'hash of its contents' }],
        },
      })
      await admin.query('UPDATE commits SET epoch_end = epoch_end - 1 WHERE commit_key = $1', [
        bad.commit_key,
      ])
      expect((await replay(worldId, chain[0]!, last)).differing).toBeNull()
    }
  })

  it('reads entries out of the archive', async () => {
    const store = postgresLedgerStore({ pool: ledger.pool, archive: ledger.objects, newId: uuidv7 })
    const all = await links(worldId)
    for (const chain of chainsOf(all)) {
      const { layer, shard } = chain[0]!
      const range = { tenantId: 'local', worldId, layer, shard, fromNumber: 1, toNumber: chain.length }
      expect(await store.archiveCommits(range)).toMatchObject({ commits: chain.length })
    }
    for (const layer of layerNames) {
      const chain = longest(all, layer)
      expect(await replay(worldId, chain[0]!, chain.at(-1)!)).toMatchObject({
        equal: chain.length,
        differing: null,
      })
    }
  })

  it('refuses what is no part of one chain', async () => {
    const all = await links(worldId)
    const [chain, above] = [longest(all, 'atomic'), longest(all, 'planetary')]
    const other = all.find(({ layer, shard }) => layer === 'atomic' && shard !== chain[0]!.shard)!
    for (const [first, last, message] of [
      [chain[0]!, other, 'of shard'],
      [chain[0]!, above[0]!, 'of layer planetary, not atomic'],
      [chain[1]!, chain[0]!, 'behind'],
      [chain[0]!, { ...other, commit_id: uuidv7() }, 'has no commit'],
    ] as const)
      await expect(replay(worldId, first, last)).rejects.toMatchObject({
        ...{ code: 'not-a-chain', message: expect.stringContaining(message) },
      })
  })

  it('is done as a job', async () => {
    const chain = longest(await links(worldId), 'atomic')
    const ask = async (from: Link, to: Link) => {
      const params = { layer: 'atomic' as const, from: from.commit_id, to: to.commit_id }
      const asked = {
        jobId: uuidv7(),
        requestId: uuidv7(),
        requestedBy: 'somebody',
        task: { kind: 'replay' as const, params },
      }
      await inTransaction(ledger.database.pool('orrery_migrate'), (client) =>
        insertJob(client, { worldId, tenantId: 'local' }, asked),
      )
      const context: JobContext = {
        ...{ pool: ledger.pool, log: () => {} },
        store: postgresLedgerStore({ pool: ledger.pool, archive: ledger.objects, newId: uuidv7 }),
        replay: (...what) => replayCommits(ledger, ...what),
        verify: () => Promise.reject(new Error('nobody asks for it')),
      }
      expect(await runLedgerJobs(context)).toBe(1)
      return inTransaction(ledger.pool, (client) => readJob(client, worldId, asked.jobId))
    }
    expect(await ask(chain[0]!, chain.at(-1)!)).toMatchObject({
      ...{ status: 'done', result: { equal: chain.length, differing: null } },
    })
    expect(await ask(chain[1]!, chain[0]!)).toMatchObject({
      status: 'failed',
      result: { code: 'not-a-chain' },
    })
  })

  it('says so where the ticks are no longer kept, and works from the first that are', async () => {
    const all = await links(worldId)
    const chain = longest(all, 'atomic')
    const { rows } = await admin.query('SELECT from_input::int AS first FROM commits WHERE commit_key = $1', [
      chain[2]!.commit_key,
    ])
    for (const table of ['tick_segments WHERE segment', 'ledger_inputs WHERE layer = $3 AND input'])
      await admin.query(
        `DELETE FROM ${table} < $2 AND world_id = $1`,
        table.includes('$3') ? [worldId, rows[0].first, 'atomic'] : [worldId, rows[0].first],
      )
    await expect(replay(worldId, chain[0]!, chain.at(-1)!)).rejects.toMatchObject({ code: 'input-missing' })
    expect(await replay(worldId, chain[3]!, chain.at(-1)!)).toMatchObject({
      equal: chain.length - 3,
      differing: null,
    })
    // layers above need no ticks
    const above = longest(all, 'planetary')
    expect(await replay(worldId, above[0]!, above.at(-1)!)).toMatchObject({ equal: above.length })
    const last = await admin.query(
      'SELECT key FROM tick_segments WHERE world_id = $1 ORDER BY segment DESC LIMIT 1',
      [worldId],
    )
    await ledger.objects.delete(last.rows[0].key)
    await expect(replay(worldId, chain[3]!, chain.at(-1)!)).rejects.toMatchObject({ code: 'input-missing' })
  })
})
