import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { catchUp, replayConsumer } from '#relay/catch-up'
import { type Consumer, ConsumerFailed, consumeBatch } from '#relay/consumer'
import { MissingEvent, readEvents } from '#relay/read-events'
import type { EventBatch } from '#world/event'
import {
  appendEvents,
  deadLettersOf,
  openRelayStage,
  type RelayStage,
  range,
  seedWorld,
} from './relay-support.ts'

let stage: RelayStage

beforeAll(async () => {
  stage = await openRelayStage()
  await stage.admin.query(`
    CREATE TABLE effects (consumer text, world_id uuid, seqs bigint[] NOT NULL, PRIMARY KEY (consumer, world_id));
    GRANT SELECT, INSERT, UPDATE, DELETE ON effects TO orrery_background`)
})
afterAll(() => stage.stop())

/** Its effect is the list of the seqs in the order in which they came. */
const recorder = (name: string, refuse: (seq: number) => boolean = () => false): Consumer => ({
  name,
  apply: async (client, { worldId }, events) => {
    await client.query(
      `INSERT INTO effects AS e (consumer, world_id, seqs) VALUES ($1, $2, $3)
       ON CONFLICT (consumer, world_id) DO UPDATE SET seqs = e.seqs || excluded.seqs`,
      [name, worldId, events.map(({ seq }) => seq)],
    )
    const refused = events.find(({ seq }) => refuse(seq))
    if (refused !== undefined) throw new Error(`cannot apply ${refused.seq}`)
  },
})

const effectOf = async (name: string, worldId: string): Promise<number[]> => {
  const { rows } = await stage.admin.query<{ seqs: string[] }>(
    'SELECT seqs FROM effects WHERE consumer = $1 AND world_id = $2',
    [name, worldId],
  )
  return (rows[0]?.seqs ?? []).map(Number)
}

const cursorOf = async (name: string, worldId: string) => {
  const { rows } = await stage.admin.query<{ seq: number; attempts: number }>(
    'SELECT seq, attempts FROM consumer_cursors WHERE consumer = $1 AND world_id = $2',
    [name, worldId],
  )
  return rows[0]
}

const batchOf = async (worldId: string, fromSeq: number, toSeq: number): Promise<EventBatch> => ({
  worldId,
  tenantId: 'local',
  fromSeq,
  toSeq,
  events: await readEvents(stage.admin, worldId, fromSeq - 1, toSeq - fromSeq + 1),
})

test('duplicates are ignored, an overlap is cut, a gap is read from the log', async () => {
  const worldId = await seedWorld(stage.admin, 1_800)
  const context = { pool: stage.background, consumer: recorder('gaps') }
  for (const [from, to] of [
    [1, 5],
    [1, 5],
    [3, 8],
    [1_500, 1_502],
    [9, 20],
  ] as const)
    await consumeBatch({ ...context, batch: await batchOf(worldId, from, to) })
  expect(await effectOf('gaps', worldId)).toEqual(range(1, 1_502))
  expect(await catchUp(context)).toEqual({ worlds: 1, failures: [] })
  expect(await effectOf('gaps', worldId)).toEqual(range(1, 1_800))
})

test('a reference is replaced by its event; one that the log has not is an error', async () => {
  const worldId = await seedWorld(stage.admin, 2)
  const seen: unknown[] = []
  const consumer: Consumer = {
    name: 'references',
    apply: async (_client, _world, events) => void seen.push(...events),
  }
  const batch = await batchOf(worldId, 1, 2)
  const referring: EventBatch = { ...batch, events: [batch.events[0]!, { seq: 2, reference: true }] }
  await consumeBatch({ pool: stage.background, consumer, batch: referring })
  expect(seen).toEqual(batch.events)
  const invented: EventBatch = { ...batch, fromSeq: 3, toSeq: 3, events: [{ seq: 3, reference: true }] }
  await expect(consumeBatch({ pool: stage.background, consumer, batch: invented })).rejects.toThrow(
    MissingEvent,
  )
})

test('an event that cannot be applied dies after its attempts, alone; a rebuild forgets it', async () => {
  const worldId = await seedWorld(stage.admin, 40)
  let isBroken = true
  const consumer = recorder('poison', (seq) => isBroken && seq === 23)
  const context = { pool: stage.background, consumer, maxAttempts: 3 }
  const batch = await batchOf(worldId, 1, 40)
  for (const attempts of [1, 2]) {
    await expect(consumeBatch({ ...context, batch })).rejects.toMatchObject({ seq: 23 })
    await expect(cursorOf('poison', worldId)).resolves.toEqual({ seq: 22, attempts })
  }
  await consumeBatch({ ...context, batch })
  expect(await effectOf('poison', worldId)).toEqual([...range(1, 22), ...range(24, 40)])
  expect(await deadLettersOf(stage.admin, worldId)).toEqual([
    { destination: 'consumer:poison', seq: 23, attempts: 3, error: 'Error: cannot apply 23' },
  ])

  isBroken = false
  const reset = async (client: pg.ClientBase, world: string): Promise<void> => {
    await client.query('DELETE FROM effects WHERE consumer = $1 AND world_id = $2', ['poison', world])
  }
  await replayConsumer({ ...context, reset }, worldId)
  expect(await effectOf('poison', worldId)).toEqual(range(1, 40))
  expect(await deadLettersOf(stage.admin, worldId)).toEqual([])
})

test('a failure leaves other worlds alone, and a swallowed database error does not pass for an effect', async () => {
  const [failing, well] = [await seedWorld(stage.admin, 3), await seedWorld(stage.admin, 3)]
  const consumer: Consumer = {
    name: 'swallows',
    apply: async (client, { worldId }) => {
      if (worldId === failing) await client.query('SELECT 1 / 0').catch(() => {})
    },
  }
  const { failures } = await catchUp({ pool: stage.background, consumer })
  expect(failures).toMatchObject([{ worldId: failing, error: expect.any(ConsumerFailed) }])
  expect(await cursorOf('swallows', failing)).toEqual({ seq: 0, attempts: 1 })
  expect((await cursorOf('swallows', well))?.seq).toBe(3)
})

test('an outage of the database is not an attempt', async () => {
  const worldId = await seedWorld(stage.admin, 3)
  const consumer: Consumer = {
    name: 'outage',
    apply: async (client) => {
      await client.query('SELECT pg_terminate_backend(pg_backend_pid())')
    },
  }
  const batch = await batchOf(worldId, 1, 3)
  await expect(consumeBatch({ pool: stage.background, consumer, batch, maxAttempts: 1 })).rejects.toThrow()
  expect(await deadLettersOf(stage.admin, worldId)).toEqual([])
  await consumeBatch({ pool: stage.background, consumer: recorder('outage'), batch })
  expect(await effectOf('outage', worldId)).toEqual(range(1, 3))
})

test('a batch of a world that is gone is done', async () => {
  const batch: EventBatch = {
    worldId: '00000000-0000-4000-8000-000000000000',
    tenantId: 'local',
    fromSeq: 1,
    toSeq: 1,
    events: [],
  }
  await expect(
    consumeBatch({ pool: stage.background, consumer: recorder('gone'), batch }),
  ).resolves.toBeUndefined()
})

test('any batches, doubled, lost and out of order, then a catch-up, give the undisturbed state', async () => {
  const events = 60
  const batches = fc.array(
    fc
      .tuple(fc.integer({ min: 1, max: events }), fc.integer({ min: 0, max: 20 }))
      .map(([from, length]) => [from, Math.min(events, from + length)] as const),
    { maxLength: 12 },
  )
  let run = 0
  await fc.assert(
    fc.asyncProperty(batches, fc.boolean(), async (order, isConcurrent) => {
      const name = `property-${run++}`
      const worldId = await seedWorld(stage.admin, events)
      const context = { pool: stage.background, consumer: recorder(name) }
      const consume = async ([from, to]: readonly [number, number]) =>
        consumeBatch({ ...context, batch: await batchOf(worldId, from, to) })
      if (isConcurrent) await Promise.all(order.map(consume))
      else for (const one of order) await consume(one)
      await appendEvents(stage.admin, worldId, [{ last: true }])
      await catchUp(context)
      expect(await effectOf(name, worldId)).toEqual(range(1, events + 1))
    }),
    { numRuns: 25 },
  )
})
