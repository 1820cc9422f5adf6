import type { SQSRecord } from 'aws-lambda'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ledgerSettings } from '#ledger/settings'
import type { EntityTick } from '#ledger/tick-rows'
import { createQueue } from '#platform/queue/local-sqs'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { type RunningFunction, startFunction } from '../support/function.ts'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'

// The bundle as it goes to AWS, in a process, on a real PostgreSQL and a server that speaks SQS and S3.

let ledger: LedgerHarness
let engine: RunningFunction
let doorbellUrl: string
const region = 'us-east-1'

beforeAll(async () => {
  ledger = await createLedgerHarness('objects')
  const client = createSqsClient({ endpoint: ledger.endpoint, region })
  doorbellUrl = ledger.endpoint + new URL(await createQueue(client, 'doorbell')).pathname
  client.destroy()
  engine = await startFunction('commit-engine', {
    ...{ AWS_REGION: region, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    ...{ AWS_ENDPOINT_URL: ledger.endpoint, OBJECTS_BUCKET: 'objects' },
    DATABASE_URL: ledger.database.url('orrery_background'),
    WRITER_DATABASE_URL: ledger.database.url('orrery_app'),
    ...{ LEDGER_QUEUE_URL: ledger.queueUrl, DOORBELL_QUEUE_URL: doorbellUrl },
    ...{ STAGE: 'test', LOG_LEVEL: 'WARN', POWERTOOLS_SERVICE_NAME: 'ledger' },
  })
})
afterAll(async () => {
  await engine?.stop()
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

it('reports a bell whose ticks are missing as failed, and leaves it in the queue', async () => {
  const worldId = await ledger.world('missing')
  await ledger.produce(worldId, settings, ticks(10), 10)
  for (const key of await ledger.objects.list(`ticks/${worldId}/`)) await ledger.objects.delete(key)
  expect(await invokeWithReceived()).toEqual({ received: 1, kept: 1 })
  expect(engine.output()).toContain('is missing')
})
