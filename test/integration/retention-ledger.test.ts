import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { replayCommits } from '#ledger/replay/replay-commits'
import { verifyWorld } from '#ledger/verify/verify-world'
import { inTransaction } from '#platform/postgres/pool'
import { insertErasure } from '#retention/erase/erasures'
import { runErasures } from '#retention/erase/run-erasures'
import { createWorldWriter } from '#world/writer'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'
import { fiveLayers, walkers } from '../support/ledger-walkers.ts'

let ledger: LedgerHarness

beforeAll(async () => {
  ledger = await createLedgerHarness()
})

afterAll(async () => {
  await ledger?.close()
})

it('an erased entity is a pseudonym that means nobody: chains verify, and commits cannot be made again', async () => {
  const worldId = await ledger.world('w')
  const ticks = walkers(1, 40, 4)
  await ledger.produce(worldId, fiveLayers, ticks, 40)
  const { entityId } = ticks[0]!
  // the others go on, so that all windows with it close
  await ledger.produce(
    worldId,
    fiveLayers,
    walkers(41, 60, 4).filter((tick) => tick.entityId !== entityId),
    60,
  )
  await ledger.serveAll()
  const refs = async (): Promise<string[]> =>
    (
      await ledger.pool.query<{ ref: string }>(
        'SELECT DISTINCT unnest(entity_refs) AS ref FROM commit_entries WHERE world_id = $1 ORDER BY 1',
        [worldId],
      )
    ).rows.map(({ ref }) => ref)
  const before = await refs()
  expect(before.length).toBe(new Set(ticks.map((tick) => tick.entityId)).size)
  expect(before.every((ref) => /^~[\w-]{24}$/.test(ref))).toBe(true)

  const erasure = {
    ...{
      erasureId: uuidv7(),
      tenantId: 'local',
      entityId,
      reason: 'asked',
      requestId: 'r',
      requestedBy: 'me',
    },
    world: { worldId, name: 'w' },
  }
  await inTransaction(ledger.pool, (client) => insertErasure(client, erasure))
  const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
  const common = { now: () => new Date(), newId: uuidv7 }
  const writer = createWorldWriter({ pool: ledger.database.pool('orrery_app', 2), doorbell, ...common })
  await runErasures({ ...common, pool: ledger.pool, objects: ledger.objects, writer, log: () => {} })
  const { rows } = await ledger.pool.query('SELECT status, failure, steps FROM erasures')
  expect(rows[0]).toMatchObject({ status: 'done', failure: null })
  expect(rows[0].steps.find(({ step }: { step: string }) => step === 'ticks').worlds[0].segments).toBe(1)

  const { rows: keys } = await ledger.pool.query(
    'SELECT entity_id FROM entity_pseudonyms WHERE entity_id = $1',
    [entityId],
  )
  expect(keys).toEqual([])
  expect(await refs()).toEqual(before)
  expect((await verifyWorld(ledger, { worldId, tenantId: 'local' })).broken).toBeUndefined()
  const { rows: commits } = await ledger.pool.query<{ commit_id: string }>(
    `SELECT commit_id FROM commits WHERE world_id = $1 AND layer = 'atomic' ORDER BY shard, number LIMIT 1`,
    [worldId],
  )
  const id = commits[0]!.commit_id
  const again = replayCommits(ledger, { tenantId: 'local', worldId, layer: 'atomic' }, id, id)
  await expect(again).rejects.toMatchObject({ code: 'input-missing' })
})
