import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { replayCommits } from '#ledger/replay/replay-commits'
import { type LayerName, layerNames } from '#ledger/settings'
import { verifyWorld } from '#ledger/verify/verify-world'
import { forkWorld } from '#world/fork/fork'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'
import { fiveLayers, walkers } from '../support/ledger-walkers.ts'

let ledger: LedgerHarness
let admin: pg.Client
/** A world, its fork in the middle of its log, and a fork of that one. */
let parent: string
let child: string
let grandchild: string

beforeAll(async () => {
  ledger = await createLedgerHarness()
  admin = new pg.Client({ connectionString: ledger.database.adminUrl })
  await admin.connect()
  parent = await ledger.world('parent', fiveLayers)
  await play(parent, 1, 90)
  child = await fork('parent', 'child', Math.floor((await seqOf(parent)) / 2))
  await play(child, await firstTick(child), 120)
  // the parent goes on: what it commits now is nothing to its fork
  await play(parent, 91, 140)
  grandchild = await fork('child', 'grandchild', Math.floor((await seqOf(child)) * 0.8))
  await play(grandchild, await firstTick(grandchild), 160)
}, 120_000)

afterAll(async () => {
  await admin?.end()
  await ledger?.close()
})

const play = async (worldId: string, from: number, to: number): Promise<void> => {
  for (let tick = from; tick <= to; tick += 10) {
    const last = Math.min(to, tick + 9)
    await ledger.produce(worldId, fiveLayers, walkers(tick, last, 8), last)
    await ledger.serveAll()
  }
}

const column = async (text: string, worldId: string): Promise<number> =>
  Number(
    (await admin.query(`SELECT ${text} AS value FROM worlds WHERE world_id = $1`, [worldId])).rows[0].value,
  )

const seqOf = (worldId: string) => column('seq', worldId)
const firstTick = (worldId: string) => column('fork_epoch + 1', worldId)

const fork = async (source: string, name: string, seq: number): Promise<string> => {
  const outcome = await forkWorld(
    {
      ...{ pool: ledger.database.pool('orrery_app'), now: () => new Date(), newId: uuidv7 },
      doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
      archive: ledger.objects,
    },
    { tenantId: 'local', requestId: uuidv7(), source, name, moment: { seq }, audit: 'forkWorld' },
  )
  expect(outcome).toMatchObject({ status: 'applied' })
  return (outcome as { worldId: string }).worldId
}

const verify = (worldId: string) => verifyWorld(ledger, { worldId, tenantId: 'local' })

interface Link {
  layer: LayerName
  shard: string
  number: number
  commit_id: string
  commit_key: string
}

const linksOf = async (worldId: string): Promise<Link[]> =>
  (
    await admin.query<Link>(
      `SELECT layer, shard, number::int, commit_id, commit_key FROM commits WHERE world_id = $1
       ORDER BY layer, shard, number`,
      [worldId],
    )
  ).rows

it('a world and its forks hold, each by itself', async () => {
  for (const worldId of [parent, child, grandchild]) {
    const { broken, layers } = await verify(worldId)
    expect(broken).toBeUndefined()
    expect(layers.map(({ layer }) => layer)).toEqual([...layerNames])
  }
  const first = (await linksOf(grandchild)).find(({ number }) => number > 1)
  expect(first, 'a chain that goes on from an ancestor').toBeDefined()
})

it('every commit of a fork is made again with the same hash', { timeout: 30_000 }, async () => {
  for (const worldId of [child, grandchild])
    for (const chain of Map.groupBy(
      await linksOf(worldId),
      ({ layer, shard }) => `${layer} ${shard}`,
    ).values()) {
      const [first, last] = [chain[0]!, chain.at(-1)!]
      const key = { tenantId: 'local', worldId, layer: first.layer }
      expect(await replayCommits(ledger, key, first.commit_id, last.commit_id)).toMatchObject({
        ...{ equal: chain.length, differing: null },
      })
    }
})

it('a fork does not hold where its chains, manifests or gamma do not follow from its parent’s', async () => {
  const own = await linksOf(child)
  const joint = own.find(({ number }, at) => number > 1 && own[at - 1]?.shard !== own[at]!.shard)!
  const changes: [text: string, undo: string, values: unknown[], found: object][] = [
    [
      'UPDATE commits SET hash = set_bit(hash, 9, 1 - get_bit(hash, 9)) WHERE world_id = $1 AND layer = $2 AND shard = $3 AND number = $4',
      'UPDATE commits SET hash = set_bit(hash, 9, 1 - get_bit(hash, 9)) WHERE world_id = $1 AND layer = $2 AND shard = $3 AND number = $4',
      [parent, joint.layer, joint.shard, joint.number - 1],
      { layer: joint.layer, shard: joint.shard, number: joint.number },
    ],
    [
      'UPDATE gamma_cells SET count = count + 1 WHERE world_id = $1 AND layer = $2',
      'UPDATE gamma_cells SET count = count - 1 WHERE world_id = $1 AND layer = $2',
      [child, 'universal'],
      { layer: 'universal', region: '*' },
    ],
    [
      `UPDATE manifests SET previous_hash = hash, hash = previous_hash WHERE world_id = $1 AND layer = $2
         AND manifest = (SELECT min(manifest) FROM manifests WHERE world_id = $1 AND layer = $2)`,
      `UPDATE manifests SET previous_hash = hash, hash = previous_hash WHERE world_id = $1 AND layer = $2
         AND manifest = (SELECT min(manifest) FROM manifests WHERE world_id = $1 AND layer = $2)`,
      [child, 'planetary'],
      { layer: 'planetary' },
    ],
  ]
  for (const [change, undo, values, found] of changes) {
    expect((await admin.query(change, values)).rowCount).toBe(1)
    expect((await verify(child)).broken).toMatchObject(found)
    await admin.query(undo, values)
  }
  expect((await verify(child)).broken).toBeUndefined()
})

it('holds through the archive of its parent', async () => {
  const { pool, objects } = ledger
  const store = postgresLedgerStore({ pool, archive: objects, newId: uuidv7 })
  for (const chain of Map.groupBy(
    await linksOf(parent),
    ({ layer, shard }) => `${layer} ${shard}`,
  ).values()) {
    const { layer, shard, number } = chain[0]!
    const range = { tenantId: 'local', worldId: parent, layer, shard }
    await store.archiveCommits({ ...range, fromNumber: number, toNumber: chain.at(-1)!.number })
  }
  for (const worldId of [parent, child, grandchild]) expect((await verify(worldId)).broken).toBeUndefined()
})
