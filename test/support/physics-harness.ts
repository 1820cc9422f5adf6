import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { defaultPhysicsConfig, type PhysicsConfig } from '#physics/config'
import { type PhysicsDeps, type PhysicsService, startPhysics } from '#physics/service'
import type { PhysicsStatus } from '#physics/status'
import { createPool } from '#platform/postgres/pool'
import { createQueue, type LocalSqs, startLocalSqs } from '#platform/queue/local-sqs'
import type { Queue } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { readEvents } from '#relay/read-events'
import type { Command } from '#world/commands'
import type { JsonObject } from '#world/event'
import { createWorldWriter, type WorldWriter, writerPoolOptions } from '#world/writer'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { entity } from './physics-events.ts'

/** Everything that physics needs around it: a database with the real write path, queues, a folder for objects. */
export interface PhysicsHarness {
  database: TestDatabase
  /** As orrery_physics. */
  pool: pg.Pool
  objectsDir: string
  config: PhysicsConfig
  wake: Queue
  slots: Queue[]
  /** The scaler's queue. Services that know it hold only worlds that move: `start({ demandQueueUrl })`. */
  demand: Queue
  demandQueueUrl: string
  /** Of bells for the ledger's engines. Services that know it keep their ticks: `start({ ledgerQueueUrl })`. */
  ledger: Queue
  ledgerQueueUrl: string
  /** Writes through the write path; nothing is sent to a queue. */
  write(world: string, commands: Command[]): Promise<{ worldId: string; seq: number }>
  /** Sends events of the log to the queue of the world's holder, or to the wake queue. */
  deliver(worldId: string, fromSeq: number, toSeq: number): Promise<void>
  /** `write` and `deliver` of what it made. */
  send(world: string, commands: Command[]): Promise<{ worldId: string; seq: number }>
  /** A service in this process, stopped by `close`. */
  start(overrides?: Partial<PhysicsConfig>, deps?: Partial<PhysicsDeps>): Promise<PhysicsService>
  /** What the holder's API answers; undefined where nobody holds the world. */
  ask<T>(worldId: string, path: string, method?: string): Promise<{ status: number; body: T } | undefined>
  status(worldId: string): Promise<PhysicsStatus | undefined>
  /** Ids and positions of all bodies (up to 1,000), by id. */
  positions(worldId: string): Promise<Record<string, number[]>>
  close(): Promise<void>
}

export const put = (
  id: string,
  position: [number, number, number],
  parameters: JsonObject = {},
): Command => ({ kind: 'put-entity', entity: entity(id, position, parameters) })

export const parent = (sourceId: string, targetId: string, strength = 1): Command => ({
  kind: 'put-relationship',
  relationship: { sourceId, targetId, type: 'hierarchy', strength, label: null, data: {} },
})

export const physicsSettings = (physics: JsonObject): Command => ({
  kind: 'change-settings',
  settings: { physics },
})

const slotCount = 2

export const createPhysicsHarness = async (): Promise<PhysicsHarness> => {
  const database = await createTestDatabase()
  const sqs: LocalSqs = await startLocalSqs()
  const client: SQSClient = createSqsClient({ endpoint: sqs.endpoint, region: 'us-east-1' })
  const make = (name: string) => createQueue(client, name, { visibilityTimeoutSeconds: 5 })
  const wakeQueueUrl = await make('wake.fifo')
  const slotQueueUrls = await Promise.all(
    Array.from({ length: slotCount }, (_, slot) => make(`physics-${slot}.fifo`)),
  )
  const demandQueueUrl = await make('physics-demand')
  const ledgerQueueUrl = await make('ledger.fifo')
  const objectsDir = mkdtempSync(join(tmpdir(), 'orrery-physics-'))
  const writePool = createPool({
    ...writerPoolOptions,
    connectionString: database.url('orrery_app'),
    applicationName: 'test-writer',
  })
  const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
  const writer: WorldWriter = createWorldWriter({
    pool: writePool,
    doorbell,
    now: () => new Date(),
    newId: uuidv7,
  })
  const pool = database.pool('orrery_physics')
  const config: PhysicsConfig = {
    ...defaultPhysicsConfig,
    database: { connectionString: database.url('orrery_physics') },
    sqsEndpoint: sqs.endpoint,
    wakeQueueUrl,
    slotQueueUrls,
    objectStoreDir: objectsDir,
  }
  const wake = sqsQueue(client, wakeQueueUrl)
  const slots = slotQueueUrls.map((url) => sqsQueue(client, url))
  const services: PhysicsService[] = []
  const headOf = new Map<string, number>()

  const write: PhysicsHarness['write'] = async (world, commands) => {
    const outcome = await writer.write({ tenantId: 'local', world, requestId: randomUUID(), commands })
    if (outcome.status === 'refused') throw new Error(outcome.refusal.detail)
    return outcome
  }

  const leaseOf = async (worldId: string): Promise<{ slot: number; address: string } | undefined> =>
    (
      await pool.query<{ slot: number; address: string }>(
        'SELECT slot, address FROM leases WHERE world_id = $1 AND holder IS NOT NULL AND expires_at > now()',
        [worldId],
      )
    ).rows[0]

  const deliver: PhysicsHarness['deliver'] = async (worldId, fromSeq, toSeq) => {
    const lease = await leaseOf(worldId)
    const events = await readEvents(pool, worldId, fromSeq - 1, toSeq - fromSeq + 1)
    await (lease === undefined ? wake : slots[lease.slot]).send({
      body: JSON.stringify({ worldId, tenantId: 'local', fromSeq, toSeq, events }),
      groupId: worldId,
      deduplicationId: randomUUID(),
    })
  }

  const ask: PhysicsHarness['ask'] = async <T>(worldId: string, path: string, method = 'GET') => {
    const lease = await leaseOf(worldId)
    if (lease === undefined) return undefined
    const response = await fetch(`${lease.address}/worlds/${worldId}/${path}`, { method })
    return { status: response.status, body: (await response.json()) as T }
  }

  return {
    ...{ database, pool, objectsDir, config, wake, slots, write, deliver, ask, demandQueueUrl },
    ...{ ledger: sqsQueue(client, ledgerQueueUrl), ledgerQueueUrl },
    demand: sqsQueue(client, demandQueueUrl),
    send: async (world, commands) => {
      const outcome = await write(world, commands)
      await deliver(outcome.worldId, (headOf.get(outcome.worldId) ?? 0) + 1, outcome.seq)
      headOf.set(outcome.worldId, outcome.seq)
      return outcome
    },
    start: async (overrides = {}, deps = {}) => {
      const service = await startPhysics({ ...config, ...overrides }, { log: () => {}, ...deps })
      services.push(service)
      return service
    },
    status: async (worldId) => {
      const answer = await ask<PhysicsStatus>(worldId, 'physics')
      return answer?.status === 200 ? answer.body : undefined
    },
    positions: async (worldId) => {
      const answer = await ask<{ entities: { id: string; position: number[] }[] }>(
        worldId,
        'near?x=0&y=0&z=0&k=1000',
      )
      const found = answer!.body.entities.map(({ id, position }): [string, number[]] => [id, position])
      return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
    },
    close: async () => {
      await Promise.all(services.map((service) => service.stop()))
      await writePool.end()
      client.destroy()
      await sqs.stop()
      await database.drop()
      rmSync(objectsDir, { recursive: true, force: true })
    },
  }
}
