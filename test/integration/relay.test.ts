import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Queue } from '#platform/queue/queue'
import type { BusEntry, Destination, PublishResult } from '#relay/destination'
import { createDispatcher } from '#relay/dispatcher'
import { physicsDestination } from '#relay/physics-destination'
import { readEvents } from '#relay/read-events'
import { type RelayContext, relayWorld } from '#relay/relay'
import { replayDead, replayFrom } from '#relay/replay'
import { sweep } from '#relay/sweep'
import type { WorldEvent } from '#world/event'
import {
  appendEvents,
  cursorOf,
  deadLettersOf,
  drain,
  openRelayStage,
  type RelayStage,
  range,
  seedWorld,
  seqsOf,
} from './relay-support.ts'

let stage: RelayStage

beforeAll(async () => {
  stage = await openRelayStage()
})
afterAll(() => stage.stop())

const toQueue = (queue: Queue, name = 'ordered'): Destination => ({
  name,
  kind: 'ordered',
  queueFor: async () => queue,
})

const until = async (context: RelayContext, worldId: string, outcome: string, most = 30): Promise<number> => {
  for (let calls = 1; calls <= most; calls++)
    if ((await relayWorld(context, worldId)) === outcome) return calls
  throw new Error(`never came to ${outcome}`)
}

describe('ordered delivery', () => {
  test('a world arrives complete and in order, each event as the log reads it', async () => {
    const queue = await stage.makeQueue('order.fifo')
    const context = await stage.relay({ destinations: [toQueue(queue)] })
    const worldId = await seedWorld(stage.admin, 2_500, { tenantId: 'tenant "ü"' })
    expect(await relayWorld(context, worldId)).toBe('done')
    const { batches } = await drain(queue)
    expect(seqsOf(batches)).toEqual(range(1, 2_500))
    expect(batches[0]).toMatchObject({ worldId, tenantId: 'tenant "ü"', fromSeq: 1 })
    expect(batches.flatMap(({ events }) => events).slice(0, 500)).toEqual(
      await readEvents(context.pool, worldId, 0, 500),
    )
    expect((await cursorOf(stage.admin, worldId, 'ordered'))?.seq).toBe(2_500)

    await appendEvents(stage.admin, worldId, [{ note: 'one more' }])
    expect(await relayWorld(context, worldId)).toBe('done')
    expect(seqsOf((await drain(queue)).batches)).toEqual([2_501])
  })

  test('a message holds at most 256 KB of UTF-8 and is filled; letters of any script survive', async () => {
    const queue = await stage.makeQueue('size.fifo')
    const context = await stage.relay({ destinations: [toQueue(queue)] })
    const worldId = await seedWorld(stage.admin, 0)
    const note = `Ω🪐\u{FFFF}"\\\n`.repeat(2_000)
    await appendEvents(
      stage.admin,
      worldId,
      range(1, 60).map((n) => ({ note: n % 2 === 0 ? note : 'x'.repeat(20_000) })),
    )
    expect(await relayWorld(context, worldId)).toBe('done')
    const { batches, bodies } = await drain(queue)
    const sizes = bodies.map((body) => Buffer.byteLength(body))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024)
    expect(bodies.length).toBeLessThan(16)
    expect(seqsOf(batches)).toEqual(range(1, 60))
    const events = batches.flatMap((batch) => batch.events) as WorldEvent[]
    expect(events[1]?.data).toEqual({ note })
    expect(events[0]?.data).toEqual({ note: 'x'.repeat(20_000) })
  })

  test('an event over 200 KB travels as a reference', async () => {
    const queue = await stage.makeQueue('references.fifo')
    const context = await stage.relay({ destinations: [toQueue(queue)] })
    const worldId = await seedWorld(stage.admin, 1)
    await appendEvents(stage.admin, worldId, [
      { note: 'y'.repeat(204_800) },
      // under the limit until the queue's escapes make it longer
      { note: '🪐'.repeat(40_000) },
      { note: 'z'.repeat(200_000) },
    ])
    expect(await relayWorld(context, worldId)).toBe('done')
    const events = (await drain(queue)).batches.flatMap((batch) => batch.events)
    expect(events.slice(1, 3)).toEqual([
      { seq: 2, reference: true },
      { seq: 3, reference: true },
    ])
    expect(events[3]).toMatchObject({ seq: 4, data: { note: 'z'.repeat(200_000) } })
  })

  test('two relays at once never interleave a world', async () => {
    const queue = await stage.makeQueue('two.fifo')
    const destinations = [toQueue(queue)]
    const relays = [await stage.relay({ destinations }), await stage.relay({ destinations })]
    const worldId = await seedWorld(stage.admin, 4_000)
    const outcomes: string[] = []
    const serve = async (context: RelayContext) => {
      for (let outcome = ''; outcome !== 'done'; )
        outcomes.push((outcome = await relayWorld(context, worldId)))
    }
    await Promise.all(relays.map(serve))
    expect(outcomes).toContain('locked')
    expect(seqsOf((await drain(queue)).batches)).toEqual(range(1, 4_000))
  })

  test('a budget that is used up answers more, and the next call goes on', async () => {
    const queue = await stage.makeQueue('budget.fifo')
    const context = await stage.relay({ destinations: [toQueue(queue)], budgetMs: -1 })
    const worldId = await seedWorld(stage.admin, 3_000)
    expect(await relayWorld(context, worldId)).toBe('more')
    await until(context, worldId, 'done')
    expect(seqsOf((await drain(queue)).batches)).toEqual(range(1, 3_000))
  })

  test('a world that does not exist is done', async () => {
    const context = await stage.relay({ destinations: [toQueue(await stage.makeQueue('none.fifo'))] })
    expect(await relayWorld(context, '00000000-0000-4000-8000-000000000000')).toBe('done')
  })
})

test('physics gets a world through the slot of its lease, or through the wake queue', async () => {
  const wake = await stage.makeQueue('wake.fifo')
  const slots = [await stage.makeQueue('slot-0.fifo'), await stage.makeQueue('slot-1.fifo')]
  const context = await stage.relay({ destinations: [physicsDestination({ wake, slot: (n) => slots[n]! })] })
  const worldId = await seedWorld(stage.admin, 1)
  await relayWorld(context, worldId)
  const lease = (holder: string | null, seconds: number) =>
    stage.admin.query(
      `INSERT INTO leases (world_id, tenant_id, holder, slot, token, expires_at, address)
       VALUES ($1, 'local', $2, 1, 1, now() + $3 * interval '1 second', 'http://127.0.0.1:1')
       ON CONFLICT (world_id) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at`,
      [worldId, holder, seconds],
    )
  const next = async () => {
    await appendEvents(stage.admin, worldId, [{}])
    await relayWorld(context, worldId)
  }
  await lease('task-1', 60)
  await next()
  await lease('task-1', -1)
  await next()
  await lease(null, 60)
  await next()
  expect(seqsOf((await drain(wake)).batches)).toEqual([1, 3, 4])
  expect(seqsOf((await drain(slots[1]!)).batches)).toEqual([2])
  expect(seqsOf((await drain(slots[0]!)).batches)).toEqual([])
})

describe('failure', () => {
  test('a destination that is away delays no other world and no other destination, and is never dead', async () => {
    const there = await stage.makeQueue('there.fifo')
    const missingUrl = there.url.replace('there.fifo', 'away.fifo')
    const away: Queue = {
      ...there,
      send: async (message) =>
        (await import('#platform/queue/sqs')).sqsQueue(stage.client, missingUrl).send(message),
    }
    const failingWorld = await seedWorld(stage.admin, 10)
    const otherWorld = await seedWorld(stage.admin, 10)
    const split: Destination = {
      name: 'split',
      kind: 'ordered',
      queueFor: async (_client, worldId) => (worldId === failingWorld ? away : there),
    }
    const second = await stage.makeQueue('second.fifo')
    const context = await stage.relay({ destinations: [split, toQueue(second)], maxAttempts: 2 })
    for (let attempt = 1; attempt <= 6; attempt++) {
      expect(await relayWorld(context, failingWorld)).toBe('backoff')
      expect(await cursorOf(stage.admin, failingWorld, 'split')).toMatchObject({
        seq: 0,
        attempts: attempt,
        refusals: 0,
      })
    }
    expect(await relayWorld(context, otherWorld)).toBe('done')
    expect(seqsOf((await drain(there)).batches)).toEqual(range(1, 10))
    expect(seqsOf((await drain(second)).batches)).toEqual([...range(1, 10), ...range(1, 10)])
    expect(await deadLettersOf(stage.admin, failingWorld)).toEqual([])

    const came = await stage.makeQueue('away.fifo')
    expect(await relayWorld(context, failingWorld)).toBe('done')
    expect(seqsOf((await drain(came)).batches)).toEqual(range(1, 10))
    expect(await cursorOf(stage.admin, failingWorld, 'split')).toMatchObject({
      seq: 10,
      attempts: 0,
      last_error: null,
    })
  })

  test('a backoff is kept by others, and rings for itself', async () => {
    const queue = await stage.makeQueue('backoff.fifo')
    const away = toQueue({ ...queue, send: () => Promise.reject(new Error('connect ECONNREFUSED')) })
    const context = await stage.relay({
      destinations: [away],
      backoff: { baseMs: 60_000, maxMs: 60_000 },
      random: () => 0.5,
    })
    const worldId = await seedWorld(stage.admin, 3)
    expect(await relayWorld(context, worldId)).toBe('backoff')
    const well = { ...context, destinations: [toQueue(queue)] }
    expect(await relayWorld(well, worldId)).toBe('backoff')
    expect(await cursorOf(stage.admin, worldId, 'ordered')).toMatchObject({
      seq: 0,
      attempts: 1,
      is_waiting: true,
    })
    expect((await drain(queue)).bodies).toEqual([])
    const inspected = await fetch(`${stage.endpoint}/_fauxqs/queues`).then((answer) => answer.json())
    const bell = (inspected as { url: string; approximateDelayedCount: number }[]).find(
      ({ url }) => url === (context.doorbell as Queue & { url: string }).url,
    )
    expect(bell?.approximateDelayedCount).toBe(1)
  })

  test('a backoff that cannot ring is no backoff: the caller keeps its doorbell', async () => {
    const failing = await stage.makeQueue('no-bell.fifo')
    const send = () => Promise.reject(new Error('connect ECONNREFUSED'))
    const context = await stage.relay({
      destinations: [toQueue({ ...failing, send })],
      doorbell: { ...failing, send },
    })
    const worldId = await seedWorld(stage.admin, 1)
    await expect(relayWorld(context, worldId)).rejects.toThrow('ECONNREFUSED')
    expect(await cursorOf(stage.admin, worldId, 'ordered')).toMatchObject({ attempts: 0, is_waiting: false })
  })

  test('a poison event is found, dies after its attempts, and is sent again on replay', async () => {
    const queue = await stage.makeQueue('poison.fifo', { MaximumMessageSize: '8192' })
    const context = await stage.relay({ destinations: [toQueue(queue)], maxAttempts: 3 })
    const worldId = await seedWorld(stage.admin, 100)
    await appendEvents(stage.admin, worldId, [{ note: 'p'.repeat(9_000) }])
    await appendEvents(
      stage.admin,
      worldId,
      range(1, 50).map((n) => ({ n })),
    )
    expect(await relayWorld(context, worldId)).toBe('backoff')
    expect(await cursorOf(stage.admin, worldId, 'ordered')).toMatchObject({
      seq: 100,
      attempts: 1,
      refusals: 1,
    })
    expect(await relayWorld(context, worldId)).toBe('backoff')
    expect(await relayWorld(context, worldId)).toBe('done')
    expect(seqsOf((await drain(queue)).batches)).toEqual([...range(1, 100), ...range(102, 151)])
    expect(await deadLettersOf(stage.admin, worldId)).toEqual([
      { destination: 'ordered', seq: 101, attempts: 3, error: expect.stringContaining('8192') },
    ])

    expect(await replayDead(context, worldId)).toEqual({ accepted: 0, refused: 1, isCutShort: false })
    expect(await deadLettersOf(stage.admin, worldId)).toMatchObject([{ seq: 101, attempts: 4 }])
    await stage.client.send(
      new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { MaximumMessageSize: '65536' } }),
    )
    expect(await replayDead(context, worldId)).toEqual({ accepted: 1, refused: 0, isCutShort: false })
    expect(await deadLettersOf(stage.admin, worldId)).toEqual([])
    expect(seqsOf((await drain(queue)).batches)).toEqual([101])
  })

  test('outages before a refusal do not count as its attempts', async () => {
    const queue = await stage.makeQueue('mixed.fifo', { MaximumMessageSize: '8192' })
    let isAway = true
    const flaky: Queue = {
      ...queue,
      send: (message) => (isAway ? Promise.reject(new Error('away')) : queue.send(message)),
    }
    const context = await stage.relay({ destinations: [toQueue(flaky)], maxAttempts: 2 })
    const worldId = await seedWorld(stage.admin, 0)
    await appendEvents(stage.admin, worldId, [{ note: 'p'.repeat(9_000) }])
    for (let attempt = 0; attempt < 4; attempt++) expect(await relayWorld(context, worldId)).toBe('backoff')
    isAway = false
    expect(await relayWorld(context, worldId)).toBe('backoff')
    expect(await deadLettersOf(stage.admin, worldId)).toEqual([])
    expect(await relayWorld(context, worldId)).toBe('done')
    expect(await deadLettersOf(stage.admin, worldId)).toMatchObject([{ seq: 1, attempts: 2 }])
  })
})

describe('publisher', () => {
  test('the accepted prefix counts, the rest comes again in order, a refused entry dies', async () => {
    const published: BusEntry[] = []
    const calls: number[][] = []
    const publish = async (entries: BusEntry[]): Promise<PublishResult[]> => {
      calls.push(entries.map(({ seq }) => seq))
      const isSecondTry = calls.filter((seqs) => seqs[0] === 4).length > 0
      // as EventBridge does, it goes on after an entry that failed
      return entries.map((entry): PublishResult => {
        if (entry.seq === 4 && !isSecondTry) return { status: 'retry', reason: 'ThrottlingException' }
        if (entry.seq === 7) return { status: 'refused', reason: 'MalformedDetail' }
        published.push(entry)
        return { status: 'accepted' }
      })
    }
    const context = await stage.relay({
      destinations: [{ name: 'bus', kind: 'publisher', publisher: { publish } }],
      maxAttempts: 2,
    })
    const worldId = await seedWorld(stage.admin, 25)
    expect(await relayWorld(context, worldId)).toBe('backoff')
    expect(await cursorOf(stage.admin, worldId, 'bus')).toMatchObject({
      seq: 3,
      last_error: 'ThrottlingException',
    })
    await until(context, worldId, 'done')
    expect(await deadLettersOf(stage.admin, worldId)).toMatchObject([
      { destination: 'bus', seq: 7, attempts: 2 },
    ])
    expect(new Set(published.map(({ seq }) => seq))).toEqual(new Set(range(1, 25).filter((seq) => seq !== 7)))
    expect(calls.every((seqs) => seqs.length <= 10)).toBe(true)
    const [event] = await readEvents(context.pool, worldId, 0, 1)
    expect(published[0]).toEqual({
      source: 'orrery',
      detailType: 'entity.updated.v1',
      worldId,
      tenantId: 'local',
      seq: 1,
      detail: expect.any(String),
      time: event!.occurredAt,
    })
    expect(JSON.parse(published[0]!.detail)).toEqual({ worldId, tenantId: 'local', ...event })
  })

  test('the dispatcher brings entries to the targets of the rules that match', async () => {
    const queue = await stage.makeQueue('rule')
    const seen: number[] = []
    const publisher = createDispatcher(
      [
        {
          name: 'entities',
          match: { detailType: [{ prefix: 'entity.' }] },
          target: { kind: 'queue', queue },
        },
        {
          name: 'all',
          match: {},
          target: { kind: 'function', invoke: async ({ seq }) => void seen.push(seq) },
        },
        {
          name: 'other tenant',
          match: { tenantId: ['somebody'] },
          target: { kind: 'function', invoke: () => Promise.reject(new Error('not ours')) },
        },
      ],
      () => 'unused',
    )
    const context = await stage.relay({ destinations: [{ name: 'bus', kind: 'publisher', publisher }] })
    const worldId = await seedWorld(stage.admin, 12)
    expect(await relayWorld(context, worldId)).toBe('done')
    expect(seen).toEqual(range(1, 12))
    expect((await drain(queue)).bodies.map((body) => JSON.parse(body).seq).sort((a, b) => a - b)).toEqual(
      range(1, 12),
    )
  })
})

test('a cursor that is moved back delivers again from there', async () => {
  const queue = await stage.makeQueue('replay.fifo')
  const context = await stage.relay({ destinations: [toQueue(queue, 'one'), toQueue(queue, 'two')] })
  const worldId = await seedWorld(stage.admin, 20)
  await relayWorld(context, worldId)
  await drain(queue)
  expect(await replayFrom(context.pool, worldId, 15, 'one')).toEqual(['one'])
  expect(await replayFrom(context.pool, worldId, 21)).toEqual([])
  expect(await relayWorld(context, worldId)).toBe('done')
  expect(seqsOf((await drain(queue)).batches)).toEqual(range(15, 20))
})

test('the sweep rings for worlds that are behind, and for no others', async () => {
  const queue = await stage.makeQueue('sweep.fifo')
  const context = await stage.relay({ destinations: [toQueue(queue, 'sweep-a'), toQueue(queue, 'sweep-b')] })
  await stage.admin.query('TRUNCATE worlds CASCADE')
  const [complete, behind, fresh] = [
    await seedWorld(stage.admin, 3),
    await seedWorld(stage.admin, 3),
    await seedWorld(stage.admin, 1),
  ]
  await seedWorld(stage.admin, 0)
  await relayWorld(context, complete)
  await relayWorld(context, behind)
  await replayFrom(context.pool, behind, 2, 'sweep-b')
  expect(await sweep(context)).toBe(2)
  const rung = (await drain(context.doorbell)).bodies.map((body) => JSON.parse(body).worldId)
  expect(rung.sort()).toEqual([behind, fresh].sort())
})
