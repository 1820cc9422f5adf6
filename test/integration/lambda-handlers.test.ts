import { randomUUID } from 'node:crypto'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import type { SQSRecord } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createS3Client, s3ObjectStore } from '#platform/object-store/s3'
import { createQueue, type LocalSqs, startLocalSqs } from '#platform/queue/local-sqs'
import type { Queue, ReceivedMessage } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type LocalDynamoDb, startLocalDynamoDb } from '../support/dynamodb.ts'
import { type RunningFunction, startFunction } from '../support/function.ts'
import { type GatewayRequest, gatewayEvent } from '../support/gateway-event.ts'
import { type HttpStub, startHttpStub } from '../support/http-stub.ts'
import { startTcpProxy, type TcpProxy, through } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

// The bundles as they go to AWS, each in a process, on a real PostgreSQL and servers that speak SQS, S3 and DynamoDB.

const region = 'us-east-1'

let sqs: LocalSqs
let dynamodb: LocalDynamoDb
let bus: HttpStub
let lambda: HttpStub
let database: TestDatabase
let proxy: TcpProxy
let queues: Record<'doorbell' | 'snapshots' | 'overflow' | 'wake' | 'slot' | 'demand' | 'ledger', Queue>
let environment: Record<string, string>
const running: { stop(): Promise<unknown> }[] = []

const start = async (name: string, env: Record<string, string> = {}): Promise<RunningFunction> => {
  const started = await startFunction(name, { ...environment, ...env })
  running.push(started)
  return started
}

/** An EventBridge that takes every entry. */
const answerBus = ({ body }: { body: { Entries?: object[] } }) => ({
  status: 200,
  body: {
    Name: 'events',
    Entries: body.Entries?.map(() => ({ EventId: randomUUID() })),
    FailedEntryCount: 0,
  },
})

beforeAll(async () => {
  ;[sqs, dynamodb, database, bus, lambda] = await Promise.all([
    startLocalSqs(),
    startLocalDynamoDb(),
    createTestDatabase(),
    startHttpStub(answerBus),
    startHttpStub(() => ({ status: 202, body: {} })),
  ])
  proxy = await startTcpProxy(Number(new URL(database.adminUrl).port))
  const client = createSqsClient({ endpoint: sqs.endpoint, region })
  const s3 = createS3Client({ endpoint: sqs.endpoint, region })
  running.push({ stop: async () => [client, s3].map((made) => made.destroy()) })
  await Promise.all([
    dynamodb.createTable('overflow', 'key', 'id'),
    dynamodb.createTable('limits', 'tenant'),
    s3.send(new CreateBucketCommand({ Bucket: 'objects' })),
  ])
  // by the server's address: its own name for it need not be known to this machine
  const make = async (name: string) => sqs.endpoint + new URL(await createQueue(client, name)).pathname
  const urls = {
    doorbell: await make('doorbell'),
    snapshots: await make('snapshots'),
    chronicle: await make('chronicle'),
    overflow: await make('overflow.fifo'),
    wake: await make('wake.fifo'),
    slot: await make('slot.fifo'),
    demand: await make('demand'),
    ledger: await make('ledger.fifo'),
  }
  queues = Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [name, sqsQueue(client, url)]),
  ) as typeof queues
  environment = {
    ...{ AWS_REGION: region, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    ...{ AWS_ENDPOINT_URL: sqs.endpoint, AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint },
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
    ...{ AWS_ENDPOINT_URL_LAMBDA: lambda.url, SYNC_FUNCTION: 'sync' },
    DATABASE_URL: through(database.url('orrery_app'), proxy),
    ...{ DOORBELL_QUEUE_URL: urls.doorbell, SNAPSHOTS_QUEUE_URL: urls.snapshots },
    CHRONICLE_QUEUE_URL: urls.chronicle,
    ...{ OVERFLOW_QUEUE_URL: urls.overflow, OVERFLOW_TABLE: 'overflow', OBJECTS_BUCKET: 'objects' },
    LIMITS_TABLE: 'limits',
    TENANT_LIMITS: JSON.stringify({ default: { requestsPerSecond: 1_000, burst: 1_000 } }),
    ...{ PHYSICS_WAKE_QUEUE_URL: urls.wake, PHYSICS_SLOT_QUEUE_URLS: urls.slot },
    ...{ PHYSICS_DEMAND_QUEUE_URL: urls.demand, EVENT_BUS_NAME: 'events' },
    LEDGER_QUEUE_URL: urls.ledger,
    ...{ STAGE: 'test', LOG_LEVEL: 'WARN', POWERTOOLS_SERVICE_NAME: 'test' },
  }
})

afterAll(async () => {
  for (const part of running.reverse()) await part.stop()
  await proxy?.stop()
  await Promise.all([sqs?.stop(), dynamodb?.stop(), bus?.stop(), lambda?.stop(), database?.drop()])
})

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the test expects it to be
type Body = any

const call = async (
  to: RunningFunction,
  request: GatewayRequest,
): Promise<{ status: number; headers: Record<string, string>; body: Body }> => {
  const { statusCode, headers, body } = await to.invoke(gatewayEvent(request))
  return { status: statusCode, headers, body: JSON.parse(body) }
}

const entity = (id: string, parameters: object = {}) => ({
  ...{ id, name: id, class_type: 'Light' },
  ...{ position: [1, 2, 3], parameters },
})

const ingest = (world: string, id: string, headers = {}): GatewayRequest => ({
  method: 'POST',
  path: '/eustress/ingest/entity',
  headers,
  body: { space_name: world, entity: entity(id) },
})

/** What is in the queue now, which keeps it for a minute from others. */
const receive = (queue: Queue): Promise<ReceivedMessage[]> => queue.receive({ waitSeconds: 0 })

const asRecord = ({ messageId, body, receipt, receiveCount }: ReceivedMessage): SQSRecord =>
  ({
    ...{ messageId, body, receiptHandle: receipt },
    attributes: { ApproximateReceiveCount: String(receiveCount) },
  }) as SQSRecord

describe('the API behind a gateway', () => {
  let ingestFunction: RunningFunction
  let world: RunningFunction
  let ledger: RunningFunction
  let status: RunningFunction
  let chronicle: RunningFunction
  let query: RunningFunction
  let mcp: RunningFunction
  let sync: RunningFunction
  let training: RunningFunction
  beforeAll(async () => {
    ;[ingestFunction, world, ledger, status, chronicle, query, mcp, sync, training] = await Promise.all([
      start('api-ingest'),
      start('api-world'),
      start('api-ledger'),
      start('api-status'),
      start('api-chronicle'),
      start('api-query'),
      start('api-mcp'),
      start('api-sync'),
      start('api-training'),
    ])
  })

  it('writes, and has rung before it answers', async () => {
    const answer = await call(ingestFunction, ingest('first', 'lamp', { 'X-Request-Id': 'request-1' }))
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'x-request-id': 'request-1' },
      body: { success: true },
    })
    const rings = (await receive(queues.doorbell)).map(({ body }) => JSON.parse(body))
    expect(rings).toContainEqual({ worldId: expect.any(String), seq: 2 })
    const outcome = await call(status, { path: '/requests/request-1?world=first' })
    expect(outcome).toMatchObject({ status: 200, body: { status: 'applied' } })
  })

  it('makes a training set, and rings for its files', async () => {
    await call(ingestFunction, ingest('trained', 'lamp'))
    await call(ingestFunction, { method: 'POST', path: '/eustress/ingest/snapshot/trained' })
    const body = { start_time: '2020-01-01T00:00:00Z', end_time: '2100-01-01T00:00:00Z' }
    const made = await call(training, { method: 'POST', path: '/eustress/epochs/trained', body })
    expect(made).toMatchObject({ status: 200, body: { sample_count: 1, stats: { total_entities: 1 } } })
    const path = `/eustress/epochs/trained/${(made.body as { id: string }).id}`
    const samples = await call(training, { path: `${path}/samples` })
    expect(samples).toMatchObject({ status: 200, body: { entity_id: 'lamp', snapshot: 0 } })
    await receive(queues.snapshots)
    expect((await call(training, { method: 'POST', path: `${path}/datasets`, body: {} })).status).toBe(202)
    const [ring] = await receive(queues.snapshots)
    expect(JSON.parse(ring!.body)).toEqual({ datasets: expect.any(String) })
  })

  it('reads an id as the gateway passes it on', async () => {
    const id = 'Café / 50%'
    expect((await call(ingestFunction, ingest('first', id))).status).toBe(200)
    const read = await call(world, { path: `/worlds/first/entities/${encodeURIComponent(id)}` })
    expect(read).toMatchObject({ status: 200, body: { id } })
  })

  it('asks for a token, and shows nobody what is not theirs', async () => {
    const path = '/worlds/first/entities/lamp'
    expect((await call(world, { path, authorizer: undefined })).status).toBe(401)
    const stranger = { tenantId: 'other', subject: 'u2', scopes: 'world:read' }
    expect((await call(world, { path, authorizer: stranger })).status).toBe(404)
    const limited = await call(ingestFunction, { ...ingest('first', 'x'), authorizer: stranger })
    expect(limited.status).toBe(403)
  })

  it('records what is told, as JSON lines too', async () => {
    const event = {
      id: 'e',
      timestamp: '2018-01-01T00:00:00Z',
      eventType: 'meeting',
      summary: 'They met',
      action: 'met',
    }
    const path = '/api/chronicles/saga/events'
    const told = await call(chronicle, {
      ...{ method: 'POST', path, body: event },
      headers: { 'Content-Type': 'application/x-ndjson', 'X-World': 'told' },
    })
    expect(told).toMatchObject({ status: 200, body: { recorded: 1, duplicates: 0, seq: 2 } })
    const changed = { method: 'PUT', path: `${path}/e?world=told`, body: { ...event, action: 'left' } }
    expect(await call(chronicle, changed)).toMatchObject({ status: 200, body: { seq: 3 } })
    expect(await call(chronicle, { path: `${path}?world=told` })).toMatchObject({
      ...{ status: 200, body: { events: [{ id: 'e', action: 'left', version: 2 }] } },
    })
  })

  it('takes ticks: they are in the bucket, and the engines are rung for, before it answers', async () => {
    const settings = { ledger: { producer: 'external' } }
    await call(world, { method: 'POST', path: '/worlds', body: { name: 'ticked', settings } })
    const ticks = [{ entityId: 'probe', tickId: 7, x: 1, y: 2, activity: 0.5 }]
    const headers = { 'X-World': 'ticked' }
    const answer = await call(ledger, { method: 'POST', path: '/ticks', headers, body: { ticks } })
    expect(answer).toMatchObject({ status: 200, body: { taken: 1, duplicates: 0, watermark: 7 } })
    const { body } = await call(world, { path: '/worlds/ticked' })
    const s3 = createS3Client({ endpoint: sqs.endpoint, region })
    expect(await s3ObjectStore(s3, 'objects').list(`ticks/${body.worldId}/`)).toHaveLength(1)
    s3.destroy()
    const bells = (await receive(queues.ledger)).map((bell) => JSON.parse(bell.body))
    expect(bells).toContainEqual({
      ...{ worldId: body.worldId, tenantId: 'acme', layer: 'atomic', shard: '12:0:0:0' },
    })
    const state = await call(world, { path: '/entity/probe/state', headers })
    expect(state).toMatchObject({ status: 200, body: { tick: 7, position: [1, 2, 0] } })
  })

  // as infra/stacks/api.ts has it
  const ownerOf = (path: string): RunningFunction => {
    if (/^[/]eustress[/](epochs|datasets|entities)\b/.test(path)) return training
    if (path.startsWith('/eustress')) return ingestFunction
    if (/^[/]worlds[/]\{world\}[/](query|saved-queries)\b/.test(path)) return query
    if (/^[/]worlds[/]\{world\}[/](health|dead-letters)\b/.test(path)) return status
    if (path === '/mcp') return mcp
    if (/^[/](world|events)\b/.test(path)) return sync
    if (/^[/](worlds|near|entity|admin[/]fork|sealing-keys)\b/.test(path)) return world
    if (/^[/](ticks|gamma|commits?|ledger|admin[/](ledger|erasures))\b/.test(path)) return ledger
    if (path.startsWith('/api/')) return chronicle
    return status
  }

  it('has each route in one of its functions', async () => {
    const { body } = await call(status, { path: '/openapi.json', authorizer: undefined })
    const paths = Object.keys(body.paths)
    expect(paths).toEqual(expect.arrayContaining(['/worlds', '/eustress/ingest/batch', '/audit']))
    for (const path of paths) {
      const owner = ownerOf(path)
      // TRACE is nobody's method: a path that is known answers which ones it has
      const filled = path.replaceAll(/\{\w+\}/g, 'x')
      expect([path, (await call(owner, { path: filled, method: 'TRACE' })).status]).toEqual([path, 405])
    }
  })

  it('names the settings that it lacks', async () => {
    const bare = await start('api-world', { DOORBELL_QUEUE_URL: '', LIMITS_TABLE: '' })
    await expect(call(bare, { path: '/worlds' })).rejects.toThrow(
      /api-world .*LIMITS_TABLE: is missing.*DOORBELL_QUEUE_URL: is missing/,
    )
  })

  describe('with a snapshot of more than a function may return', () => {
    const path = '/eustress/ingest/snapshots/large'
    beforeAll(async () => {
      const parameters = { text: 'x'.repeat(3_000) }
      for (const half of [0, 1]) {
        const entities = Array.from({ length: 1_200 }, (_, index) => entity(`${half}-${index}`, parameters))
        const body = { space_name: 'large', entities, connections: [] }
        const batch = { method: 'POST', path: '/eustress/ingest/batch', body }
        expect((await call(ingestFunction, batch)).status).toBe(200)
      }
    })

    it('says what to ask for instead', async () => {
      const problem = await call(ingestFunction, {
        path: `${path}?limit=1`,
        headers: { 'X-Request-Id': 'r' },
      })
      expect(problem).toMatchObject({
        status: 422,
        headers: { 'content-type': 'application/problem+json', 'x-request-id': 'r' },
        body: { title: 'Answer too large', errors: [{ field: 'query.limit' }] },
      })
      const summary = await call(ingestFunction, { path: `${path}?limit=2&view=summary` })
      expect(summary).toMatchObject({ status: 200, body: [{}, {}] })
    })

    it('streams it where the gateway does', async () => {
      const streaming = await start('api-ingest', { API_STREAMING: 'true' })
      const { status: code, headers, body } = await call(streaming, { path: `${path}?limit=1` })
      expect([code, headers['content-type']]).toEqual([200, 'application/json'])
      expect(body[0].entities).toHaveLength(2_400)
      const written = await call(streaming, ingest('first', 'streamed'))
      expect(written).toMatchObject({ status: 200, body: { success: true } })
      expect(await call(streaming, { path: '/eustress/nothing' })).toMatchObject({ status: 404 })
    })
  })
})

describe('while the database is away', () => {
  it('accepts what is written, whatever its size, and applies it in order when it is back', async () => {
    const [ingestFunction, status, overflow] = await Promise.all([
      start('api-ingest'),
      start('api-status'),
      start('overflow'),
    ])
    proxy.cut()
    try {
      const small = await call(ingestFunction, ingest('away', 'lamp', { 'X-Request-Id': 'away-1' }))
      const entities = Array.from({ length: 400 }, (_, index) =>
        entity(`e${index}`, { text: 'x'.repeat(3_000) }),
      )
      const large = await call(ingestFunction, {
        method: 'POST',
        path: '/eustress/ingest/batch',
        headers: { 'X-Request-Id': 'away-2' },
        body: { space_name: 'away', entities, connections: [] },
      })
      expect([small.status, large.status]).toEqual([202, 202])
      const waiting = await call(status, { path: '/requests/away-2?world=away' })
      expect(waiting.body).toMatchObject({ status: 'waiting' })
      expect((await call(status, { path: '/worlds/away' })).status).toBe(404)
    } finally {
      proxy.restore()
    }
    const s3 = createS3Client({ endpoint: sqs.endpoint, region })
    expect(await s3ObjectStore(s3, 'objects').list('overflow/')).toHaveLength(1)
    const outcome = async (id: string) => (await call(status, { path: `/requests/${id}?world=away` })).body
    await until('all is applied', async () => {
      const received = await receive(queues.overflow)
      if (received.length > 0)
        expect(await overflow.invoke({ Records: received.map(asRecord) })).toEqual({ batchItemFailures: [] })
      await queues.overflow.acknowledge(received)
      return (await outcome('away-2')).status === 'applied'
    })
    expect((await outcome('away-1')).seq).toBeLessThan((await outcome('away-2')).seq)
    expect(await s3ObjectStore(s3, 'objects').list('overflow/')).toEqual([])
    s3.destroy()
  })
})

describe('the relay', () => {
  it('delivers what the doorbell rang for, and leaves nothing for the sweep', async () => {
    const env = { DATABASE_URL: database.url('orrery_relay') }
    const [relay, sweep, ingestFunction] = await Promise.all([
      start('relay', env),
      start('relay-sweep', env),
      start('api-ingest'),
    ])
    await call(ingestFunction, {
      ...ingest('moving', 'planet'),
      body: { space_name: 'moving', entity: entity('planet', { activity: 1, mass: 2 }) },
    })
    // every world of this file: the sweep rings for those whose ring is not received here
    expect((await sweep.invoke({})).leftBehind).toBeGreaterThan(0)
    const heard: ReceivedMessage[] = []
    const rings = await until('rings for all worlds', async () => {
      for (const message of await receive(queues.doorbell)) heard.push(message)
      const worlds = new Set(heard.map(({ body }) => JSON.parse(body).worldId))
      const { rows } = await database.pool('orrery_relay').query('SELECT world_id FROM worlds WHERE seq > 0')
      return rows.every(({ world_id }) => worlds.has(world_id)) ? heard : undefined
    })
    expect(await relay.invoke({ Records: rings.map(asRecord) })).toEqual({ batchItemFailures: [] })
    expect(await sweep.invoke({})).toEqual({ leftBehind: 0, overflowing: 0 })

    const batches = (await receive(queues.wake)).map(({ body }) => JSON.parse(body))
    expect(batches.flatMap(({ events }) => events)).toContainEqual(
      expect.objectContaining({ entityId: 'planet', type: 'entity.created.v1' }),
    )
    const entries = bus.requests.flatMap(({ body }) => body.Entries ?? [])
    expect(entries).toContainEqual(
      expect.objectContaining({ EventBusName: 'events', DetailType: 'entity.created.v1' }),
    )
    // a world that does not move is ticked by a function instead
    const { rows } = await database
      .pool('orrery_relay')
      .query("SELECT world_id FROM worlds WHERE name = 'first'")
    const [worldId] = rows.map(({ world_id }) => world_id)
    const invoked = lambda.requests.map(({ path, headers, body }) => [
      path,
      headers['x-amz-invocation-type'],
      body,
    ])
    expect(invoked).toContainEqual(['/2015-03-31/functions/sync/invocations', 'Event', { worldId }])
    const sync = await start('sync', { DATABASE_URL: database.url('orrery_physics') })
    await sync.invoke({ worldId })
    const ticks = await database
      .pool('orrery_physics')
      .query('SELECT tick FROM tick_log WHERE world_id = $1', [worldId])
    expect(ticks.rows).toEqual([{ tick: 1 }])
    const reasons = (await receive(queues.demand)).map(({ body }) => JSON.parse(body).reason)
    expect(reasons).toEqual(expect.arrayContaining(['sweep', 'activation']))
    expect((await receive(queues.ledger)).map(({ body }) => JSON.parse(body))).toContainEqual({ sweep: true })
    expect(relay.output()).toContain('orrery_relay_oldest_unpublished_ms')
  })
})
