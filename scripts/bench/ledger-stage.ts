import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { EngineContext } from '#ledger/engine'
import { createOpenSpans } from '#ledger/open-spans'
import { appendSegment, cutWhereChanged, lockTickStream } from '#ledger/postgres/append-segment'
import { serveBells } from '#ledger/serve-bells'
import { type LedgerSettings, ledgerSettings } from '#ledger/settings'
import { ringShards } from '#ledger/shard-bell'
import { allocateRows, internId, reserveRows, type TickRows } from '#ledger/tick-rows'
import { encodeSegment } from '#ledger/tick-segment'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { createPool, inTransaction } from '#platform/postgres/pool'
import { createQueue, startLocalSqs } from '#platform/queue/local-sqs'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { Log } from '#platform/telemetry/log'
import { noMetrics } from '#platform/telemetry/metrics'
import { type ApiStage, seeded, startApiStage } from './api-stage.ts'

/** A database and an API, and an engine of the ledger with a queue and a store on disk. */
export interface LedgerStage {
  api: ApiStage
  /** As orrery_background. */
  pool: pg.Pool
  engine: EngineContext
  /** Makes a world whose ledger has these settings; answers its id. */
  world(name: string, ledger: object): Promise<string>
  /** Stores a segment, as a producer does, and rings for its shards; answers when it was stored, by `performance.now()`. */
  produce(worldId: string, settings: LedgerSettings, segment: BenchSegment): Promise<number>
  /** Serves what is in the queue until it is empty. */
  serveAll(): Promise<void>
  stop(): Promise<void>
}

export interface BenchSegment {
  fromTick: number
  toTick: number
  /** By shard. */
  parts: ReadonlyMap<string, TickRows>
}

export const tenantId = 'local'
export const shardSide = 4_096

export const benchSettings = (layers: object[]): LedgerSettings =>
  ledgerSettings.parse({ producer: 'external', hotShardBodies: 10_000_000, layers })

/** Bodies that wander in a shard, each in every tick. @param at of the shard along the x axis. */
export const wander = (at: number, bodies: number, fromTick: number, toTick: number): TickRows => {
  const rows = allocateRows()
  reserveRows(rows, bodies * (toTick - fromTick + 1))
  const random = seeded(at * 1_000_003 + fromTick)
  for (let body = 0; body < bodies; body++) internId(rows.ids, `body-${at}-${String(body).padStart(7, '0')}`)
  for (let tick = fromTick; tick <= toTick; tick++)
    for (let body = 0; body < bodies; body++) {
      const row = rows.count++
      rows.tick[row] = tick
      rows.x[row] = (at + ((body * 0.618034) % 1)) * shardSide + random() * 0.01
      rows.y[row] = ((body * 0.414214) % 1) * shardSide
      rows.z[row] = ((body * 0.732051) % 1) * shardSide
      rows.activity[row] = 0.5 + random()
      rows.entity[row] = body
    }
  return rows
}

/** A bench in which something fails measures nothing; what failed is to be seen. */
const complain: Log = (line, fields) => {
  if (fields?.level !== 'debug') console.error(line)
}

export const shardName = (at: number): string => `12:${at}:0:0`

const serveAll = async (engine: EngineContext): Promise<void> => {
  for (;;) {
    const messages = await engine.queue.receive({ waitSeconds: 0 })
    if (messages.length === 0) return
    const kept = await serveBells(engine, messages, 4)
    if (kept.length > 0) throw new Error('a bell was not served')
    await engine.queue.acknowledge(messages)
  }
}

export const startLedgerStage = async (): Promise<LedgerStage> => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-bench-ledger-'))
  const api = await startApiStage()
  const sqs = await startLocalSqs()
  const client = createSqsClient({ endpoint: sqs.endpoint, region: 'us-east-1' })
  const queue = sqsQueue(client, await createQueue(client, 'ledger.fifo'))
  const objects = filesystemObjectStore(folder)
  const connectionString = api.postgres.url('orrery_background')
  const pool = createPool({ connectionString, applicationName: 'bench-ledger', max: 16 })
  const engine: EngineContext = {
    ...{ pool, objects, queue, metrics: noMetrics, log: complain, openSpans: createOpenSpans(2 ** 28) },
    doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
    ...{ now: () => new Date(), newId: uuidv7 },
  }
  return {
    ...{ api, pool, engine },
    world: async (name, ledger) => {
      const request = (path: string, init?: RequestInit) =>
        fetch(`${api.url}${path}`, { ...init, headers: { 'content-type': 'application/json' } })
      const made = await request('/worlds', {
        method: 'POST',
        body: JSON.stringify({ name, settings: { ledger } }),
      })
      if (!made.ok) throw new Error(`${made.status} ${await made.text()}`)
      return ((await (await request(`/worlds/${name}`)).json()) as { worldId: string }).worldId
    },
    produce: async (worldId, settings, { fromTick, toTick, parts }) => {
      const layer = settings.layers[0]!.name
      const encoded = await encodeSegment({ worldId, fromTick, toTick, parts, traces: [] })
      const key = `ticks/${worldId}/${fromTick}.ots`
      await objects.put(key, encoded.bytes)
      const world = { worldId, tenantId }
      await inTransaction(pool, async (transaction) => {
        const stream = await lockTickStream(transaction, world, layer)
        await cutWhereChanged(transaction, world, stream, settings, {})
        const bytes = encoded.bytes.length
        const found = { fromTick, toTick, watermark: toTick, key, bytes, parts: encoded.parts }
        await appendSegment(transaction, world, stream, found)
      })
      const storedAt = performance.now()
      const works = [...parts.keys()].map((shard) => ({ worldId, tenantId, layer, shard }))
      await ringShards(queue, works, key)
      return storedAt
    },
    serveAll: () => serveAll(engine),
    stop: async () => {
      client.destroy()
      await sqs.stop()
      await pool.end()
      await api.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
