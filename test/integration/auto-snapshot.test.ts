import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { Context, SQSEvent } from 'aws-lambda'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { createPool } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { type SnapshotContext, serveReminder } from '#world/auto-snapshot'
import { createSnapshotReminder, type Reminder } from '#world/snapshot-reminder'
import { type LocalQueues, startQueues } from '../../scripts/local/queues.ts'
import { startLocalSnapshots } from '../../scripts/local/snapshots.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let queues: LocalQueues
let api: TestApi
let sqs: ReturnType<typeof createSqsClient>
/** What the write path asked for: minutes, for each time that it did. */
let reminded: number[] = []

beforeAll(async () => {
  ;[database, queues] = await Promise.all([createTestDatabase(), startQueues()])
  sqs = createSqsClient({ endpoint: queues.endpoint, region: queues.region })
  const remind = (_: string, inMinutes: number) => void reminded.push(inMinutes)
  const snapshots = { remind, ringDatasets: () => {} }
  api = await startTestApi(database.url('orrery_app'), { snapshots })
})

afterAll(async () => {
  sqs?.destroy()
  await api?.stop()
  await Promise.all([database?.drop(), queues?.stop()])
})

const put = (world: string, id: string, through = api) =>
  through.call('POST', '/eustress/ingest/entity', { space_name: world, entity: { id, position: [0, 0, 0] } })

const change = (world: string, snapshots: object, through = api) =>
  through.call('PATCH', `/worlds/${world}/settings`, { snapshots })

const seqs = async (world: string): Promise<number[]> => {
  const { body } = await api.call('GET', `/eustress/ingest/snapshots/${world}?view=summary`)
  return body.map(({ seq }: { seq: number }) => seq)
}

it('is reminded of the first change after each snapshot, and of a change of the time', async () => {
  const remindedBy = async (work: Promise<{ status: number }>): Promise<number[]> => {
    reminded = []
    expect((await work).status).toBeLessThan(300)
    return reminded
  }
  const cut = () => api.call('POST', '/eustress/ingest/snapshot/often')
  const many = Array.from({ length: 100 }, (_, index) => ({ id: `m${index}`, position: [0, 0, 0] }))
  const batch = () =>
    api.call('POST', '/eustress/ingest/batch', { space_name: 'often', entities: many, connections: [] })

  expect(await remindedBy(put('often', 'a'))).toEqual([])
  expect(await remindedBy(change('often', { everyMinutes: 5 }))).toEqual([5])
  expect(await remindedBy(put('often', 'b'))).toEqual([])
  expect(await remindedBy(cut())).toEqual([])
  expect(await remindedBy(put('often', 'c'))).toEqual([5])
  expect(await remindedBy(put('often', 'c'))).toEqual([])
  expect(await remindedBy(change('often', { everyMinutes: 7 }))).toEqual([7])
  expect(await remindedBy(batch())).toEqual([])
  expect(await remindedBy(put('often', 'd'))).toEqual([7])
  expect(await remindedBy(change('often', { everyUpdates: 2 }))).toEqual([])
  expect(await remindedBy(put('often', 'e'))).toEqual([7])
  expect(await remindedBy(change('often', { everyMinutes: 0 }))).toEqual([])
  expect(await remindedBy(put('often', 'f'))).toEqual([])
  const made = { name: 'made', settings: { snapshots: { everyMinutes: 30 } } }
  expect(await remindedBy(api.call('POST', '/worlds', made))).toEqual([30])
})

/** Datasets have their own tests. */
const serveDatasets = async () => {}

/** Serves reminders at a time that the test says. */
const serverAt = (minutes: number, pool = database.pool('orrery_background')) => {
  const queue = sqsQueue(sqs, queues.urls.snapshots)
  const now = new Date(Date.now() + minutes * 60_000)
  const context: SnapshotContext = { pool, queue, now: () => now, newId: uuidv7, serveDatasets }
  return (reminder: Reminder) => serveReminder(context, JSON.stringify(reminder))
}

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000)

/** Reminders in the queue; all of them wait for their time. */
const sentOn = async (): Promise<number> => {
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queues.urls.snapshots,
      AttributeNames: ['ApproximateNumberOfMessagesDelayed'],
    }),
  )
  return Number(attributes?.ApproximateNumberOfMessagesDelayed)
}

it('cuts a snapshot when it is due, once, and sends on what is due later', async () => {
  await put('timed', 'a')
  await change('timed', { everyMinutes: 5 })
  const { worldId } = (await api.call('GET', '/worlds/timed')).body
  const before = await sentOn()
  const due = { worldId, dueAt: inMinutes(0) }
  await serverAt(4)(due)
  expect([await seqs('timed'), await sentOn()]).toEqual([[], before + 1])
  const serveLate = serverAt(6)
  await Promise.all([serveLate(due), serveLate(due), serveLate(due)])
  expect(await seqs('timed')).toEqual([3])
  await serverAt(60)(due)
  expect(await seqs('timed')).toEqual([3])
  await put('timed', 'b')
  await serverAt(10)(due)
  expect([await seqs('timed'), await sentOn()]).toEqual([[3], before + 2])
  await serverAt(12)(due)
  expect(await seqs('timed')).toEqual([4, 3])
})

it('does not look at the database before its time', async () => {
  const before = await sentOn()
  const away = createPool({ connectionString: 'postgres://nobody@127.0.0.1:1/x', applicationName: 'test' })
  await serverAt(0, away)({ worldId: uuidv7(), dueAt: inMinutes(1_000) })
  expect(await sentOn()).toBe(before + 1)
  await expect(serverAt(0, away)({ worldId: uuidv7(), dueAt: inMinutes(-1) })).rejects.toThrow('ECONNREFUSED')
  await away.end()
})

it('finds what is due in all worlds, where reminders were lost', async () => {
  for (const [world, everyMinutes] of [
    ['lost', 5],
    ['later', 50],
    ['never', 0],
  ] as const) {
    await put(world, 'a')
    await change(world, { everyMinutes })
  }
  const before = await sentOn()
  await serverAt(20)({ all: true })
  expect([await seqs('lost'), await seqs('later'), await seqs('never')]).toEqual([[3], [], []])
  // `made` of the first test too
  expect(await sentOn()).toBe(before + 2)
})

it('passes over what is no reminder', async () => {
  const context = { pool: database.pool('orrery_background'), queue: sqsQueue(sqs, queues.urls.snapshots) }
  await serveReminder({ ...context, now: () => new Date(), newId: uuidv7, serveDatasets }, '{"worldId":"x"}')
})

it('cuts them by itself, from the write to the queue to the snapshot', async () => {
  const own = await createTestDatabase()
  const snapshots = createSnapshotReminder({
    queue: sqsQueue(sqs, queues.urls.snapshots),
    now: () => new Date(),
  })
  const server = await startTestApi(own.url('orrery_app'), { snapshots })
  const lines: string[] = []
  const snapshotter = await startLocalSnapshots({
    ...{ databaseUrl: own.url('orrery_background'), queues },
    // no dataset is asked for here
    objects: filesystemObjectStore('/nowhere'),
    log: (line) => lines.push(line),
  })
  try {
    const count = async () =>
      (await server.call('GET', '/eustress/ingest/snapshots/live?view=summary')).body.length
    await put('live', 'a', server)
    await change('live', { everyMinutes: 0.01 }, server)
    await until('a first snapshot', async () => (await count()) === 1)
    await put('live', 'b', server)
    await until('a second snapshot', async () => (await count()) === 2)
    expect(lines).toEqual([])
  } finally {
    await snapshotter.stop()
    await server.stop()
    await snapshots.flush()
    await own.drop()
  }
})

it('cuts them as a function too, and keeps the reminders that it cannot serve', async () => {
  await put('remote', 'a')
  await change('remote', { everyMinutes: 0.000_1 })
  const { worldId } = (await api.call('GET', '/worlds/remote')).body
  const bodies = ['no reminder', JSON.stringify({ worldId, dueAt: inMinutes(-1) })]
  const Records = bodies.map((body, index) => ({
    ...{ messageId: String(index), body, receiptHandle: '' },
    attributes: { ApproximateReceiveCount: '1' },
  }))
  const serveWith = async (databaseUrl: string) => {
    for (const [name, value] of Object.entries({
      ...{ DATABASE_URL: databaseUrl, SNAPSHOTS_QUEUE_URL: queues.urls.snapshots, LOG_LEVEL: 'CRITICAL' },
      ...{ OBJECTS_BUCKET: 'objects' },
      ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    }))
      vi.stubEnv(name, value)
    vi.resetModules()
    const { handler } = await import('../../functions/snapshots/handler.ts')
    return handler({ Records } as unknown as SQSEvent, { awsRequestId: 'x' } as Context)
  }
  try {
    expect(await serveWith('postgres://nobody@127.0.0.1:1/x')).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    })
    expect(await serveWith(database.url('orrery_background'))).toEqual({ batchItemFailures: [] })
    expect(await seqs('remote')).toEqual([3])
  } finally {
    vi.unstubAllEnvs()
  }
})
