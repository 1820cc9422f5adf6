import { randomUUID } from 'node:crypto'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import type { Context, SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createDynamoDbClient } from '#platform/dynamodb/client'
import { createS3Client, s3ObjectStore } from '#platform/object-store/s3'
import { formatMessage } from '#platform/overflow/message'
import type { OverflowStore } from '#platform/overflow/overflow'
import { createSqsOverflow } from '#platform/overflow/sqs-dynamodb'
import { createQueue, type LocalSqs, startLocalSqs } from '#platform/queue/local-sqs'
import type { Queue, ReceivedMessage } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type LocalDynamoDb, startLocalDynamoDb } from '../support/dynamodb.ts'
import { startTcpProxy, type TcpProxy, through } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

const region = 'us-east-1'

let sqs: LocalSqs
let dynamodb: LocalDynamoDb
let database: TestDatabase
let proxy: TcpProxy
let api: TestApi
let queues: Record<'overflow' | 'doorbell' | 'snapshots', Queue>
let clients: { destroy(): void }[]
let overflowOn: (table: DynamoDBClient) => OverflowStore
let handler: (
  event: SQSEvent,
  context: Context,
) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>

beforeAll(async () => {
  ;[sqs, dynamodb, database] = await Promise.all([
    startLocalSqs(),
    startLocalDynamoDb(),
    createTestDatabase(),
  ])
  const client = createSqsClient({ endpoint: sqs.endpoint, region })
  const s3 = createS3Client({ endpoint: sqs.endpoint, region })
  clients = [client, s3]
  await dynamodb.createTable('overflow', 'key', 'id')
  await s3.send(new CreateBucketCommand({ Bucket: 'objects' }))
  // by the server's address: its own name for it need not be known to this machine
  const make = async (name: string) => sqs.endpoint + new URL(await createQueue(client, name)).pathname
  const urls = {
    overflow: await make('overflow.fifo'),
    doorbell: await make('doorbell'),
    snapshots: await make('snapshots'),
    chronicle: await make('chronicle'),
  }
  queues = {
    overflow: sqsQueue(client, urls.overflow),
    doorbell: sqsQueue(client, urls.doorbell),
    snapshots: sqsQueue(client, urls.snapshots),
  }
  const url = database.url('orrery_app')
  proxy = await startTcpProxy(Number(new URL(url).port))
  overflowOn = (table) =>
    createSqsOverflow({
      table: { client: table, name: 'overflow' },
      queue: queues.overflow,
      objects: s3ObjectStore(s3, 'objects'),
      now: () => new Date(),
      newId: randomUUID,
      patienceMs: 0,
    })
  api = await startTestApi(through(url, proxy), { overflow: overflowOn(dynamodb.client) })
  for (const [name, value] of Object.entries({
    DATABASE_URL: through(url, proxy),
    ...{ AWS_REGION: region, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    ...{ AWS_ENDPOINT_URL: sqs.endpoint, AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint },
    ...{ DOORBELL_QUEUE_URL: urls.doorbell, SNAPSHOTS_QUEUE_URL: urls.snapshots },
    CHRONICLE_QUEUE_URL: urls.chronicle,
    ...{ OVERFLOW_QUEUE_URL: urls.overflow, OVERFLOW_TABLE: 'overflow', OBJECTS_BUCKET: 'objects' },
    ...{ LOG_LEVEL: 'CRITICAL', POWERTOOLS_METRICS_DISABLED: 'true' },
  }))
    vi.stubEnv(name, value)
  handler = (await import('../../functions/overflow/handler.ts')).handler as unknown as typeof handler
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await api?.stop()
  for (const client of clients ?? []) client.destroy()
  await proxy?.stop()
  await Promise.all([database?.drop(), dynamodb?.stop(), sqs?.stop()])
})

/** As Lambda calls it. Answers what it does not report as failed. */
const invoke = async (messages: ReceivedMessage[]): Promise<ReceivedMessage[]> => {
  const records = messages.map(({ messageId, body, receipt, receiveCount }) => ({
    ...{ messageId, body, receiptHandle: receipt },
    attributes: { ApproximateReceiveCount: String(receiveCount) },
  }))
  const context = { awsRequestId: randomUUID(), functionName: 'overflow' } as Context
  const { batchItemFailures } = await handler({ Records: records } as unknown as SQSEvent, context)
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
  return messages.filter(({ messageId }) => !failed.has(messageId))
}

/** As Lambda follows the queue: what was done is deleted. Answers how many messages were. */
const deliver = async (): Promise<number> => {
  const done = await invoke(await queues.overflow.receive({ waitSeconds: 0 }))
  await queues.overflow.acknowledge(done)
  return done.length
}

const put = (world: string, entity: object, headers?: Record<string, string>) =>
  api.call(
    'POST',
    '/eustress/ingest/entity',
    { space_name: world, entity: { position: [0, 0, 0], ...entity } },
    headers,
  )

it('brings what waited into the database, in order, and says what became of it', {
  timeout: 120_000,
}, async () => {
  expect((await put('atelier', { id: 'before' })).status).toBe(200)
  proxy.cut()
  expect((await put('atelier', { id: 'lamp' })).status).toBe(202)
  for (let value = 1; value <= 20; value++) {
    const body = { space_name: 'atelier', entity_id: 'lamp', parameter_name: 'count', value }
    expect((await api.call('POST', '/eustress/ingest/parameter', body)).status).toBe(202)
  }
  const large = { id: 'large', parameters: { text: 'x'.repeat(2_000_000) } }
  expect((await put('atelier', large, { 'x-request-id': 'large' })).status).toBe(202)
  const nobody = { space_name: 'atelier', entity_id: 'nobody', parameter_name: 'p', value: 1 }
  expect(
    (await api.call('POST', '/eustress/ingest/parameter', nobody, { 'x-request-id': 'refused' })).status,
  ).toBe(202)
  const outcome = async (id: string) => (await api.call('GET', `/requests/${id}?world=atelier`)).body
  expect((await outcome('refused')).status).toBe('waiting')

  // while the database is away, a delivery fails and the messages stay
  expect(await deliver()).toBe(0)
  proxy.restore()
  // the world exists, and still nothing overtakes what waits
  expect((await put('atelier', { id: 'after' })).status).toBe(202)
  let delivered = 0
  await until('all are delivered', async () => (delivered += await deliver()) === 24, 60_000)

  expect((await put('atelier', { id: 'direct' })).status).toBe(200)
  expect(await outcome('large')).toMatchObject({ status: 'applied', events: 1 })
  expect(await outcome('refused')).toMatchObject({
    status: 'refused',
    refusal: { code: 'entity-not-found' },
  })
  const { rows } = await database.pool('orrery_background').query(
    `SELECT entity_id, data->'changes'->0->>'newValue' AS value FROM world_events
     WHERE entity_id IS NOT NULL ORDER BY seq`,
  )
  const counts = Array.from({ length: 20 }, (_, index) => String(index + 1))
  expect(rows.map(({ entity_id }) => entity_id)).toEqual([
    ...['before', ...Array.from({ length: 21 }, () => 'lamp'), 'large', 'after', 'direct'],
  ])
  expect(rows.map(({ value }) => value).filter((value) => value !== null)).toEqual(counts)
  // the function rang for what it wrote before it ended
  expect(await queues.doorbell.receive({ waitSeconds: 1 })).not.toEqual([])
})

it('writes a batch together, and stops at a request that the database refuses', async () => {
  const parameter = (requestId: string, name: string, value: string) => ({
    ...{ tenantId: 'local', world: 'batch', requestId },
    commands: [{ kind: 'set-parameter', entityId: 'lamp', name, value }],
  })
  const messages = [
    parameter('1', 'p', 'one'),
    parameter('2', 'p', 'two'),
    // the same request once more
    parameter('1', 'p', 'one'),
    // no text of PostgreSQL holds it
    parameter('3', 'p', '\u0000'),
    parameter('4', 'p', 'four'),
  ].map((request, index) => ({
    ...{ messageId: String(index), receipt: '', receiveCount: 1, sentAtMs: 0 },
    body: formatMessage({ key: { tenantId: 'local', world: 'batch' }, id: `${index}`, request }),
  }))
  await put('batch', { id: 'lamp' })
  expect((await invoke(messages)).map(({ messageId }) => messageId)).toEqual(['0', '1', '2'])
  expect((await api.call('GET', '/worlds/batch/entities/lamp')).body.parameters).toEqual({ p: 'two' })
  expect((await invoke(messages.toSpliced(3, 1))).length).toBe(4)
  expect((await api.call('GET', '/worlds/batch')).body.seq).toBe(5)
  const { rows } = await database.pool('orrery_background').query(
    `SELECT count(DISTINCT e.xmin::text)::int AS transactions FROM world_events e JOIN worlds w USING (world_id)
     WHERE w.name = 'batch' AND e.entity_id = 'lamp' AND e.type = 'entity.updated.v1'`,
  )
  // the first two requests, and the last one
  expect(rows).toEqual([{ transactions: 2 }])
})

it('answers 503, and writes nothing, where it cannot know what waits', async () => {
  const away = createDynamoDbClient({ endpoint: 'http://127.0.0.1:1', region })
  const faults: unknown[] = []
  const blind = await startTestApi(database.url('orrery_app'), {
    overflow: overflowOn(away),
    reportFault: (error) => faults.push(error),
  })
  try {
    const body = { space_name: 'unseen', entity: { id: 'a', position: [0, 0, 0] } }
    expect(await blind.call('POST', '/eustress/ingest/entity', body)).toMatchObject({
      status: 503,
      body: { title: 'Overflow unavailable' },
    })
    expect(faults).toHaveLength(1)
    expect((await blind.call('GET', '/worlds/unseen')).status).toBe(404)
  } finally {
    await blind.stop()
    away.destroy()
  }
})
