import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { EngineContext, EngineOptions } from '#ledger/engine'
import { serveShard } from '#ledger/engine'
import { createOpenSpans } from '#ledger/open-spans'
import { partsOfTicks } from '#ledger/parts-of-ticks'
import { appendSegment, cutWhereChanged, lockTickStream } from '#ledger/postgres/append-segment'
import type { LedgerSettings } from '#ledger/settings'
import { parseShardWork, ringShards, type ShardWork } from '#ledger/shard-bell'
import type { EntityTick } from '#ledger/tick-rows'
import { encodeSegment } from '#ledger/tick-segment'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import { createS3Client, s3ObjectStore } from '#platform/object-store/s3'
import { inTransaction } from '#platform/postgres/pool'
import { createQueue, type LocalSqs, startLocalSqs } from '#platform/queue/local-sqs'
import type { Queue } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { noMetrics } from '#platform/telemetry/metrics'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { keyOfId } from './key-of-id.ts'

/** A ledger with everything real around it: database, queue, objects in a folder. */
export interface LedgerHarness {
  database: TestDatabase
  /** As orrery_background. */
  pool: pg.Pool
  queue: Queue
  objects: ObjectStore
  /** The folder of the objects, where no bucket has them. */
  objectsDir: string
  /** Of the server of queues and buckets, and of the ledger's queue by the server's address. */
  endpoint: string
  queueUrl: string
  context: EngineContext
  /** Another engine, with nothing in its memory. */
  engine(options?: Partial<EngineOptions>, maxBytes?: number): EngineContext
  /** A world with these settings of its ledger; answers its id, by default a new one. */
  world(name: string, ledger?: object, id?: string): Promise<string>
  /** A segment of a producer, and the bells for it. */
  produce(worldId: string, settings: LedgerSettings, ticks: EntityTick[], watermark: number): Promise<void>
  /** Serves bells until there are none. */
  serveAll(context?: EngineContext): Promise<void>
  close(): Promise<void>
}

const tenantId = 'local'

/**
 * @param bucket objects lie in it instead of a folder; it is made.
 * @param visibilitySeconds bells that were received and not acknowledged come again after so long.
 */
export const createLedgerHarness = async (bucket?: string, visibilitySeconds = 5): Promise<LedgerHarness> => {
  const database = await createTestDatabase()
  const sqs: LocalSqs = await startLocalSqs()
  const client = createSqsClient({ endpoint: sqs.endpoint, region: 'us-east-1' })
  const url = await createQueue(client, 'ledger.fifo', { visibilityTimeoutSeconds: visibilitySeconds })
  const queueUrl = sqs.endpoint + new URL(url).pathname
  const queue = sqsQueue(client, queueUrl)
  const folder = mkdtempSync(join(tmpdir(), 'orrery-ledger-'))
  const s3 = createS3Client({ endpoint: sqs.endpoint, region: 'us-east-1' })
  if (bucket !== undefined) await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const objects = bucket === undefined ? filesystemObjectStore(folder) : s3ObjectStore(s3, bucket)
  const pool = database.pool('orrery_background')
  const admin = database.pool('orrery_migrate')

  const engine: LedgerHarness['engine'] = (options = {}, maxBytes = 64 * 2 ** 20) => ({
    ...{ pool, objects, queue, metrics: noMetrics, log: () => {} },
    options: { newKey: keyOfId, ...options },
    doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
    openSpans: createOpenSpans(maxBytes),
    ...{ now: () => new Date(), newId: uuidv7 },
  })
  const context = engine()

  return {
    ...{ database, pool, queue, objects, engine, context, queueUrl, endpoint: sqs.endpoint },
    objectsDir: folder,
    world: async (name, ledger = {}, worldId = uuidv7()) => {
      await admin.query(
        `INSERT INTO worlds (world_id, tenant_id, name, settings, last_occurred_at, created_at)
         VALUES ($1, $2, $3, $4, now(), now())`,
        [worldId, tenantId, name, JSON.stringify({ ledger })],
      )
      return worldId
    },
    produce: async (worldId, settings, ticks, watermark) => {
      const first = settings.layers[0]!
      const numbers = ticks.map(({ tickId }) => tickId)
      const [fromTick, toTick] = [Math.min(...numbers), Math.max(...numbers)]
      const rows = partsOfTicks(ticks, settings)
      const encoded = await encodeSegment({ worldId, fromTick, toTick, parts: rows, traces: [] })
      const key = `ticks/${worldId}/${uuidv7()}.ots`
      await objects.put(key, encoded.bytes)
      const world = { worldId, tenantId }
      const layer = await inTransaction(pool, async (transaction) => {
        const stream = await lockTickStream(transaction, world, first.name)
        await cutWhereChanged(transaction, world, stream, settings, {})
        const found = { fromTick, toTick, watermark, key, bytes: encoded.bytes.length, parts: encoded.parts }
        await appendSegment(transaction, world, stream, found)
        return stream.layer
      })
      const works = [...rows.keys()].map((shard): ShardWork => ({ worldId, tenantId, layer, shard }))
      await ringShards(queue, works, key)
    },
    serveAll: async (by = context) => {
      for (;;) {
        const messages = await queue.receive({ waitSeconds: 0 })
        if (messages.length === 0) return
        for (const message of messages) {
          // not for what keeps house: tests say when
          const work = parseShardWork(message.body)
          if (work !== undefined) await serveShard(by, work)
          await queue.acknowledge([message])
        }
      }
    },
    close: async () => {
      for (const made of [client, s3]) made.destroy()
      await sqs.stop()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
