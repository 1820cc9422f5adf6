import type { SQSRecord } from 'aws-lambda'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dynamoLedgerStore } from '#ledger/adapters/dynamodb'
import { objectLedgerStore } from '#ledger/adapters/object-store'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import type { LedgerStore } from '#ledger/ledger-store'
import { type LayerName, ledgerSettings } from '#ledger/settings'
import type { EntityTick } from '#ledger/tick-rows'
import { createQueue } from '#platform/queue/local-sqs'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { type LocalDynamoDb, startLocalDynamoDb } from '../support/dynamodb.ts'
import { type RunningFunction, startFunction } from '../support/function.ts'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'

// The bundle as it goes to AWS, in a process, on a real PostgreSQL and servers that speak SQS, S3 and DynamoDB.

let ledger: LedgerHarness
let engine: RunningFunction
let dynamoDb: LocalDynamoDb
let doorbellUrl: string
const region = 'us-east-1'

beforeAll(async () => {
  ledger = await createLedgerHarness('objects')
  const client = createSqsClient({ endpoint: ledger.endpoint, region })
  doorbellUrl = ledger.endpoint + new URL(await createQueue(client, 'doorbell')).pathname
  client.destroy()
  dynamoDb = await startLocalDynamoDb()
  await dynamoDb.createTable('copies', 'partition', 'key')
  engine = await startFunction('commit-engine', {
    ...{ AWS_REGION: region, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    ...{ AWS_ENDPOINT_URL: ledger.endpoint, OBJECTS_BUCKET: 'objects' },
    ...{ AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint, COPIES_TABLE: 'copies' },
    DATABASE_URL: ledger.database.url('orrery_background'),
    WRITER_DATABASE_URL: ledger.database.url('orrery_app'),
    ...{ LEDGER_QUEUE_URL: ledger.queueUrl, DOORBELL_QUEUE_URL: doorbellUrl },
    ...{ STAGE: 'test', LOG_LEVEL: 'WARN', POWERTOOLS_SERVICE_NAME: 'ledger' },
  })
})
afterAll(async () => {
  await engine?.stop()
  await dynamoDb?.stop()
  await ledger?.close()
})

const settings = ledgerSettings.parse({
  producer: 'external',
  layers: [
    { name: 'atomic', cell: 0, commit: { windowTicks: 10 } },
    { name: 'universal', cell: '*', commit: { windowTicks: 10 } },
  ],
})

const ticks = (count: number): EntityTick[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ entityId: 'body', tickId: at + 1, x: 0.5, y: 0.5, z: 0.5 },
    ...{ activity: 1, jitter: 0 },
  }))

const invokeWithReceived = async (): Promise<{ received: number; kept: number }> => {
  const messages = await ledger.queue.receive({ waitSeconds: 0 })
  const Records = messages.map(
    ({ messageId, body, receipt, receiveCount }) =>
      ({
        ...{ messageId, body, receiptHandle: receipt },
        attributes: { ApproximateReceiveCount: String(receiveCount) },
      }) as SQSRecord,
  )
  const { batchItemFailures } = await engine.invoke({ Records })
  const failed = new Set(
    batchItemFailures.map(({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier),
  )
  await ledger.queue.acknowledge(messages.filter(({ messageId }) => !failed.has(messageId)))
  return { received: messages.length, kept: failed.size }
}

it('commits what it is rung for, out of the bucket, layer after layer, and rings for the relay', async () => {
  const worldId = await ledger.world('function')
  await ledger.produce(worldId, settings, ticks(25), 25)
  for (;;) {
    const { received, kept } = await invokeWithReceived()
    expect(kept).toBe(0)
    if (received === 0) break
  }
  const { rows } = await ledger.pool.query(
    'SELECT layer, count(*)::int AS count FROM commits WHERE world_id = $1 GROUP BY 1 ORDER BY 1',
    [worldId],
  )
  expect(rows).toEqual([
    { layer: 'atomic', count: 2 },
    { layer: 'universal', count: 2 },
  ])
  const client = createSqsClient({ endpoint: ledger.endpoint, region })
  const rings = await sqsQueue(client, doorbellUrl).receive({ waitSeconds: 5 })
  client.destroy()
  expect(rings.map(({ body }) => JSON.parse(body).worldId)).toContain(worldId)
  expect(engine.output()).toContain('orrery_commit_ms')
})

it('copies the commits of a layer that is to be in the bucket, or in DynamoDB', async () => {
  const adapters = ['object-store', 'dynamodb', 'sqlite']
  const copied = {
    producer: 'external',
    layers: [
      { name: 'atomic', cell: 0, commit: { windowTicks: 10 } },
      { name: 'planetary', cell: 6, commit: { windowTicks: 10 } },
      { name: 'universal', cell: '*', commit: { windowTicks: 10 } },
    ].map((layer, at) => ({ ...layer, adapter: adapters[at] })),
  }
  const worldId = await ledger.world('copied', copied)
  await ledger.produce(worldId, ledgerSettings.parse(copied), ticks(25), 25)
  for (;;) {
    const { received, kept } = await invokeWithReceived()
    expect(kept).toBe(0)
    if (received === 0) break
  }
  const commitsIn = (store: LedgerStore, layer: LayerName) =>
    store.queryCommitsByRegion({ tenantId: 'local', worldId, layer, region: '*' })
  const { pool, objects } = ledger
  const source = postgresLedgerStore({ pool, archive: objects, newId: uuidv7 })
  const inBucket = objectLedgerStore({ objects, archive: objects })
  const inTable = dynamoLedgerStore({ client: dynamoDb.client, table: 'copies', archive: objects })
  expect(await commitsIn(source, 'universal')).toHaveLength(2)
  for (const [store, layer] of [
    [inBucket, 'atomic'],
    [inTable, 'planetary'],
  ] as const) {
    const commits = await commitsIn(source, layer)
    expect(commits).toHaveLength(2)
    expect(await commitsIn(store, layer)).toEqual(commits)
  }
  expect(engine.output().match(/the adapter sqlite, which is not offered here/g)).toHaveLength(1)
})

it('reports a bell whose ticks are missing as failed, and leaves it in the queue', async () => {
  const worldId = await ledger.world('missing')
  await ledger.produce(worldId, settings, ticks(10), 10)
  for (const key of await ledger.objects.list(`ticks/${worldId}/`)) await ledger.objects.delete(key)
  expect(await invokeWithReceived()).toEqual({ received: 1, kept: 1 })
  expect(engine.output()).toContain('is missing')
})
