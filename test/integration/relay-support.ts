import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type pg from 'pg'
import { createPool } from '#platform/postgres/pool'
import { startLocalSqs } from '#platform/queue/local-sqs'
import type { Queue } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { RelayContext } from '#relay/relay'
import type { EventBatch } from '#world/event'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

/** A migrated database, an SQS server over the wire, and what a relay needs. */
export interface RelayStage {
  database: TestDatabase
  /** As superuser, with transactions as long as a test wants. */
  admin: pg.Pool
  background: pg.Pool
  client: SQSClient
  endpoint: string
  makeQueue(name: string, attributes?: Record<string, string>): Promise<Queue & { url: string }>
  /** A relay to `destinations`; a backoff waits for nothing unless it is given. */
  relay(overrides: Partial<RelayContext> & Pick<RelayContext, 'destinations'>): Promise<RelayContext>
  stop(): Promise<void>
}

export const openRelayStage = async (): Promise<RelayStage> => {
  const database = await createTestDatabase()
  const sqs = await startLocalSqs()
  const client = createSqsClient({ endpoint: sqs.endpoint, region: 'us-east-1' })
  const admin = createPool({
    connectionString: database.adminUrl,
    applicationName: 'test-admin',
    transactionTimeoutMs: 0,
  })
  const makeQueue: RelayStage['makeQueue'] = async (name, attributes = {}) => {
    const fifo = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {}
    const Attributes = { VisibilityTimeout: '30', ...fifo, ...attributes }
    const { QueueUrl: url } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes }))
    return { ...sqsQueue(client, url!), url: url! }
  }
  return {
    database,
    admin,
    background: database.pool('orrery_background'),
    client,
    endpoint: sqs.endpoint,
    makeQueue,
    relay: async (overrides) => ({
      pool: database.pool('orrery_relay'),
      doorbell: await makeQueue(`doorbell-${randomUUID()}`),
      newId: randomUUID,
      monotonicMs: () => performance.now(),
      random: Math.random,
      log: () => {},
      backoff: { baseMs: 0, maxMs: 0 },
      ...overrides,
    }),
    stop: async () => {
      client.destroy()
      await sqs.stop()
      await admin.end()
      await database.drop()
    },
  }
}

/** Makes a world whose log has `events` entries, as the write path would have written them. */
export const seedWorld = async (
  admin: pg.Pool,
  events: number,
  { tenantId = 'local', name = randomUUID() as string } = {},
): Promise<string> => {
  const worldId = randomUUID()
  await admin.query(
    `INSERT INTO worlds (world_id, tenant_id, name, last_occurred_at, created_at) VALUES ($1, $2, $3, now(), now())`,
    [worldId, tenantId, name],
  )
  await appendEvents(
    admin,
    worldId,
    Array.from({ length: events }, (_, index) => ({ note: `event ${index + 1}` })),
  )
  return worldId
}

/** Appends one event for each data object, in one transaction with the advanced seq (I1, I2). */
export const appendEvents = async (admin: pg.Pool, worldId: string, data: object[]): Promise<void> => {
  await admin.query(
    `WITH world AS (
       UPDATE worlds SET seq = seq + cardinality($2::jsonb[]) WHERE world_id = $1 RETURNING tenant_id, seq)
     INSERT INTO world_events (world_id, seq, event_id, tenant_id, type, entity_id, data, cause, occurred_at)
     SELECT $1, world.seq - cardinality($2::jsonb[]) + n, gen_random_uuid(), tenant_id, 'entity.updated.v1',
       'entity "' || n || '"', d, '{"requestId": "r-1"}', date_trunc('milliseconds', now())
     FROM world, unnest($2::jsonb[]) WITH ORDINALITY AS u (d, n)`,
    [worldId, data.map((one) => JSON.stringify(one))],
  )
}

/** Takes what waits in an ordered queue, in the order in which a consumer gets it. */
export const drain = async (queue: Queue): Promise<{ batches: EventBatch[]; bodies: string[] }> => {
  const bodies: string[] = []
  for (;;) {
    const messages = await queue.receive({ waitSeconds: 0 })
    if (messages.length === 0) return { bodies, batches: bodies.map((body) => JSON.parse(body)) }
    for (const message of messages) bodies.push(message.body)
    await queue.acknowledge(messages)
  }
}

export const seqsOf = (batches: EventBatch[]): number[] =>
  batches.flatMap(({ events }) => events.map(({ seq }) => seq))

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

export const cursorOf = async (admin: pg.Pool, worldId: string, destination: string) => {
  const { rows } = await admin.query<{
    seq: number
    attempts: number
    refusals: number
    last_error: string | null
    is_waiting: boolean
  }>(
    `SELECT seq, attempts, refusals, last_error, next_attempt_at > now() AS is_waiting
     FROM relay_cursors WHERE world_id = $1 AND destination = $2`,
    [worldId, destination],
  )
  return rows[0]
}

export const deadLettersOf = async (admin: pg.Pool, worldId: string) => {
  const { rows } = await admin.query<{ destination: string; seq: number; attempts: number; error: string }>(
    'SELECT destination, seq, attempts, error FROM dead_letters WHERE world_id = $1 ORDER BY destination, seq',
    [worldId],
  )
  return rows
}
