import { randomUUID } from 'node:crypto'
import type { SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/postgres/pool'
import { startLocalSqs } from '#platform/queue/local-sqs'
import type { Queue, ReceivedMessage } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { startConsumer } from '#relay/consume-queue'
import type { Consumer } from '#relay/consumer'
import { claimCursor, makeCursor } from '#relay/cursor'
import { createDoorbellRinger, ringDoorbell } from '#relay/doorbell'
import type { RelayContext } from '#relay/relay'
import { type RelayLoop, startRelay } from '#relay/run-local'
import { handleDoorbells } from '../../functions/relay/handle-doorbells.ts'
import { until } from '../support/until.ts'
import {
  appendEvents,
  cursorOf,
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

const toQueue = (queue: Queue): RelayContext['destinations'] => [
  { name: 'ordered', kind: 'ordered', queueFor: async () => queue },
]

/** Runs `work` while somebody else holds the world's cursor. */
const whileLocked = async (
  context: RelayContext,
  worldId: string,
  work: () => Promise<void>,
): Promise<void> => {
  await makeCursor(context.pool, worldId, 'ordered')
  await inTransaction(context.pool, async (client) => {
    await claimCursor(client, worldId, 'ordered')
    await work()
  })
}

describe('the Lambda', () => {
  const eventOf = (messages: ReceivedMessage[]): SQSEvent =>
    ({
      Records: messages.map(({ messageId, body, receipt, receiveCount }) => ({
        messageId,
        body,
        receiptHandle: receipt,
        attributes: { ApproximateReceiveCount: String(receiveCount) },
      })),
    }) as SQSEvent

  test('serves a world once for all its doorbells, and leaves what is no doorbell to be dead', async () => {
    const queue = await stage.makeQueue('lambda.fifo')
    const context = await stage.relay({ destinations: toQueue(queue) })
    const [one, two] = [await seedWorld(stage.admin, 5), await seedWorld(stage.admin, 7)]
    for (const worldId of [one, two, one, one]) await ringDoorbell(context.doorbell, { worldId })
    await context.doorbell.send({ body: 'ding' })
    const messages: ReceivedMessage[] = []
    await until('all doorbells', async () => {
      messages.push(...(await context.doorbell.receive({ waitSeconds: 1 })))
      return messages.length === 5
    })
    const { messageId } = messages.find(({ body }) => body === 'ding')!
    expect(await handleDoorbells(context, eventOf(messages))).toEqual({
      batchItemFailures: [{ itemIdentifier: messageId }],
    })
    const { batches } = await drain(queue)
    expect(batches.map(({ worldId, toSeq }) => [worldId, toSeq]).sort()).toEqual(
      [
        [one, 5],
        [two, 7],
      ].sort(),
    )
  })

  test('returns the doorbell of a world that is locked, to be shown again soon', async () => {
    const queue = await stage.makeQueue('locked.fifo')
    const context = await stage.relay({ destinations: toQueue(queue) })
    const [locked, free] = [await seedWorld(stage.admin, 5), await seedWorld(stage.admin, 5)]
    for (const worldId of [locked, free]) await ringDoorbell(context.doorbell, { worldId })
    const messages = await context.doorbell.receive({ waitSeconds: 1 })
    const bell = messages.find(({ body }) => body.includes(locked))!
    await whileLocked(context, locked, async () => {
      expect(await handleDoorbells(context, eventOf(messages))).toEqual({
        batchItemFailures: [{ itemIdentifier: bell.messageId }],
      })
    })
    // the queue itself would show it after 30 s
    const [again] = await context.doorbell.receive({ waitSeconds: 5 })
    expect(again).toMatchObject({ messageId: bell.messageId, receiveCount: 2 })
    expect(await handleDoorbells(context, eventOf([again!]))).toEqual({ batchItemFailures: [] })
    expect((await cursorOf(stage.admin, locked, 'ordered'))?.seq).toBe(5)
  })
})

describe('the local loop', () => {
  const counting = (name: string, applied: Map<string, number[]>): Consumer => ({
    name,
    apply: async (_client, { worldId }, events) => {
      applied.set(worldId, [...(applied.get(worldId) ?? []), ...events.map(({ seq }) => seq)])
    },
  })

  test('what was written is rung, relayed and consumed', async () => {
    const queue = await stage.makeQueue('loop.fifo')
    const context = await stage.relay({ destinations: toQueue(queue) })
    const applied = new Map<string, number[]>()
    const relay = startRelay(context, { waitSeconds: 1 })
    const consumer = startConsumer({
      pool: stage.background,
      consumer: counting('loop', applied),
      queue,
      log: () => {},
      waitSeconds: 1,
    })
    try {
      const ringer = createDoorbellRinger({ queue: context.doorbell, now: Date.now })
      const worlds = await Promise.all(range(1, 12).map(() => seedWorld(stage.admin, 0)))
      for (let seq = 1; seq <= 5; seq++)
        for (const worldId of worlds) {
          await ringer.beforeCommit(worldId)
          await appendEvents(stage.admin, worldId, [{ seq }])
          ringer.afterCommit(worldId, seq)
        }
      await ringer.flush()
      await until('every effect', () => worlds.every((worldId) => applied.get(worldId)?.length === 5))
      for (const worldId of worlds) expect(applied.get(worldId)).toEqual(range(1, 5))
    } finally {
      await Promise.all([relay.stop(), consumer.stop()])
    }
  })

  test('a queue server that is away and comes back empty loses nothing', async () => {
    let server = await startLocalSqs()
    const port = Number(new URL(server.endpoint).port)
    const client = createSqsClient({ endpoint: server.endpoint, region: 'us-east-1' })
    const { createQueue } = await import('#platform/queue/local-sqs')
    const urls = {
      doorbell: await createQueue(client, 'bell'),
      events: await createQueue(client, 'away.fifo'),
    }
    const queue = sqsQueue(client, urls.events)
    const context = await stage.relay({
      destinations: toQueue(queue),
      doorbell: sqsQueue(client, urls.doorbell),
    })
    const applied = new Map<string, number[]>()
    const consumerContext = {
      pool: stage.background,
      consumer: counting('away', applied),
      queue,
      log: () => {},
    }
    const relay = startRelay(context, { waitSeconds: 1 })
    const consumer = startConsumer({ ...consumerContext, waitSeconds: 1 })
    try {
      const worldId = await seedWorld(stage.admin, 3)
      await ringDoorbell(context.doorbell, { worldId })
      await until('the first effects', () => applied.get(worldId)?.length === 3)
      await server.stop()
      const ringer = createDoorbellRinger({ queue: context.doorbell, now: Date.now })
      await ringer.beforeCommit(worldId)
      await appendEvents(stage.admin, worldId, [{}, {}])
      ringer.afterCommit(worldId, 5)
      await ringer.flush()
      server = await startLocalSqs(port)
      await createQueue(client, 'bell')
      await createQueue(client, 'away.fifo')
      await until('the rest', () => applied.get(worldId)?.length === 5)
      expect(applied.get(worldId)).toEqual(range(1, 5))
      await until('the cursor', async () => (await cursorOf(stage.admin, worldId, 'ordered'))?.seq === 5)
    } finally {
      await Promise.all([relay.stop(), consumer.stop()])
      client.destroy()
      await server.stop()
    }
  })

  test('a world whose cursor is held is served when it is free, and dead letters on demand', async () => {
    const queue = await stage.makeQueue('held.fifo')
    const context = await stage.relay({ destinations: toQueue(queue) })
    const worldId = await seedWorld(stage.admin, 4)
    let relay: RelayLoop | undefined
    try {
      await whileLocked(context, worldId, async () => {
        relay = startRelay(context, { waitSeconds: 1 })
        await until('the doorbell of its sweep is returned', async () => {
          const inspected = await fetch(`${stage.endpoint}/_fauxqs/queues`).then((answer) => answer.json())
          const { url } = context.doorbell as Queue & { url: string }
          const bell = (inspected as { url: string; approximateInflightCount: number }[]).find(
            (one) => one.url === url,
          )
          return bell?.approximateInflightCount === 1
        })
        expect(seqsOf((await drain(queue)).batches)).toEqual([])
      })
      await until('the delivery', async () => (await cursorOf(stage.admin, worldId, 'ordered'))?.seq === 4)
      await stage.admin.query(
        `INSERT INTO dead_letters (world_id, destination, seq, tenant_id, error, attempts)
         VALUES ($1, 'ordered', 2, 'local', $2, 5)`,
        [worldId, randomUUID()],
      )
      await drain(queue)
      await ringDoorbell(context.doorbell, { worldId, replayDead: true })
      await until(
        'the dead letter',
        async () => (await stage.admin.query('SELECT FROM dead_letters')).rowCount === 0,
      )
      expect(seqsOf((await drain(queue)).batches)).toEqual([2])
    } finally {
      await relay?.stop()
    }
  })
})
