import { randomUUID } from 'node:crypto'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createS3Client, s3ObjectStore } from '#platform/object-store/s3'
import { consumeOverflow } from '#platform/overflow/consume'
import type { OverflowRequest } from '#platform/overflow/overflow'
import { createSqsOverflow } from '#platform/overflow/sqs-dynamodb'
import { createQueue, type LocalSqs, startLocalSqs } from '#platform/queue/local-sqs'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type LocalDynamoDb, startLocalDynamoDb } from '../support/dynamodb.ts'
import { startTcpProxy, type TcpProxy, through } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

const region = 'us-east-1'

/** An API on a way of its own to the database, so that one can be cut off while the others are not. */
interface Server {
  api: TestApi
  proxy: TcpProxy
}

let sqs: LocalSqs
let dynamodb: LocalDynamoDb
let database: TestDatabase
let queueUrl: string
let clients: { sqs: ReturnType<typeof createSqsClient>; s3: ReturnType<typeof createS3Client> }
let servers: Server[]

beforeAll(async () => {
  ;[sqs, dynamodb, database] = await Promise.all([
    startLocalSqs(),
    startLocalDynamoDb(),
    createTestDatabase(),
  ])
  clients = {
    sqs: createSqsClient({ endpoint: sqs.endpoint, region }),
    s3: createS3Client({ endpoint: sqs.endpoint, region }),
  }
  await dynamodb.createTable('overflow', 'key', 'id')
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'objects' }))
  queueUrl = await createQueue(clients.sqs, 'overflow.fifo', { visibilityTimeoutSeconds: 2 })
  servers = await Promise.all([1, 2, 3].map(startServer))
})

afterAll(async () => {
  for (const { api, proxy } of servers ?? []) {
    await api.stop()
    await proxy.stop()
  }
  for (const client of Object.values(clients ?? {})) client.destroy()
  await Promise.all([database?.drop(), dynamodb?.stop(), sqs?.stop()])
})

const place = () => ({
  table: { client: dynamodb.client, name: 'overflow' },
  queue: sqsQueue(clients.sqs, queueUrl),
  objects: s3ObjectStore(clients.s3, 'objects'),
})

const startServer = async (): Promise<Server> => {
  const url = database.url('orrery_app')
  const proxy = await startTcpProxy(Number(new URL(url).port))
  return { proxy, api: await startTestApi(through(url, proxy), { overflow: openOverflow() }) }
}

const openOverflow = () => createSqsOverflow({ ...place(), now: () => new Date(), newId: randomUUID })

/** As the function behind the queue, writing by that server; every fourth time it dies before its messages are deleted. */
const consume = async ({ api }: Server, isDone: () => boolean): Promise<void> => {
  const { queue } = place()
  const consumer = {
    ...{ ...place(), log: () => {}, backoffSeconds: () => 0 },
    apply: async (_: unknown, requests: OverflowRequest[]) => {
      for (const request of requests) await api.api.applyOverflow(request)
    },
  }
  for (let call = 1; !isDone(); call++) {
    const messages = await queue.receive({ waitSeconds: 1 })
    const kept = await consumeOverflow(consumer, messages)
    const done = messages.filter((message) => !kept.includes(message))
    if (call % 4 === 0) await Promise.all(done.map((message) => queue.postpone(message, 0)))
    else await queue.acknowledge(done)
  }
}

/** One client: an entity of its own, whose parameter counts up, each request through another server. */
const countUp = async (world: string, id: string, isDone: () => boolean, statuses: number[]) => {
  const send = async (turn: number, path: string, body: object): Promise<void> => {
    const { api } = servers[turn % servers.length]!
    const { status } = await api.call('POST', path, { space_name: world, ...body })
    statuses.push(status)
  }
  await send(0, '/eustress/ingest/entity', { entity: { id, position: [0, 0, 0] } })
  for (let count = 1; ; count++) {
    const body = { entity_id: id, parameter_name: 'count', value: count }
    await send(count, '/eustress/ingest/parameter', body)
    if (isDone()) return count
  }
}

it('loses nothing, doubles nothing and keeps the order while servers lose the database and consumers die', {
  timeout: 240_000,
}, async () => {
  const statuses: number[] = []
  let areClientsDone = false
  let areConsumersDone = false
  const writers = ['one', 'two'].flatMap((world) => ['a', 'b'].map((id) => ({ world, id })))
  const counting = writers.map(({ world, id }) => countUp(world, id, () => areClientsDone, statuses))
  const consuming = servers.slice(0, 2).map((server) => consume(server, () => areConsumersDone))

  const answered = (status: number) => statuses.filter((each) => each === status).length
  const more = async (status: number, count: number) => {
    const before = answered(status)
    await until(`${count} more answers ${status}`, () => answered(status) >= before + count, 60_000)
  }
  for (const cut of [[0, 1, 2], [0], [1, 2], [2]]) {
    await more(200, 20)
    for (const index of cut) servers[index]!.proxy.cut()
    await more(202, 20)
    for (const index of cut) servers[index]!.proxy.restore()
  }
  areClientsDone = true
  const counts = await Promise.all(counting)
  const overflow = openOverflow()
  const isDiverted = (world: string) => overflow.isDiverted({ tenantId: 'local', world })
  await until('nothing waits', async () => !(await isDiverted('one')) && !(await isDiverted('two')), 60_000)
  areConsumersDone = true
  await Promise.all(consuming)

  expect(new Set(statuses)).toEqual(new Set([200, 202]))
  const admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  try {
    for (const [index, { world, id }] of writers.entries())
      expect(await countsOf(admin, world, id)).toEqual(
        Array.from({ length: counts[index]! }, (_, n) => n + 1),
      )
  } finally {
    await admin.end()
  }
})

/** The values that the entity's counter took, in order of the log. */
const countsOf = async (admin: pg.Client, world: string, id: string): Promise<number[]> => {
  const { rows } = await admin.query(
    `SELECT (e.data->'changes'->0->>'newValue')::int AS count FROM world_events e JOIN worlds w USING (world_id)
     WHERE w.name = $1 AND e.entity_id = $2 AND e.type = 'entity.updated.v1' ORDER BY e.seq`,
    [world, id],
  )
  return rows.map((row) => row.count)
}
