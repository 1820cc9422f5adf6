import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { migrate } from '#platform/postgres/migrate'
import { createPool } from '#platform/postgres/pool'
import { createQueue, startLocalSqs } from '#platform/queue/local-sqs'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { startRelay } from '#relay/run-local'
import { type LocalPostgres, startPostgres } from '../local/postgres.ts'
import { atLeast, type Bench, type BenchResult, figure, median } from './harness.ts'

export interface RelayBenchOptions {
  /** In each run, over all worlds; default 200,000. */
  events?: number
  /** Of each measurement; default 5. */
  runs?: number
  log?: (line: string) => void
}

const shapes = [
  { name: 'one world', worlds: 1 },
  { name: '64 worlds', worlds: 64 },
]

/**
 * Events per second from the log through the relay, SQS over the wire (fauxqs) and an ordered consumer with
 * its effect in PostgreSQL, from the first doorbell to the last commit; on tables that were analysed and on
 * tables that were bulk-loaded and never were. Every run checks that each event took effect once and in order.
 */
export const run = async (options: RelayBenchOptions = {}): Promise<BenchResult> => {
  const { events = 200_000, runs = 5, log = () => {} } = options
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
  const postgres = await startPostgres({ dataDir, settings: ['autovacuum=off'] })
  const stops: (() => Promise<unknown>)[] = [() => postgres.stop()]
  try {
    const rates = new Map<string, number[]>()
    for (const isAnalysed of [true, false]) {
      const stage = await openStage(postgres, isAnalysed)
      stops.unshift(stage.stop)
      for (const shape of shapes) {
        const name = `${shape.name}${isAnalysed ? '' : ', never analysed'}`
        const sample: number[] = []
        for (let index = -1; index < runs; index++) {
          const rate = await measure(stage, shape.worlds, events)
          log(`${name}: ${Math.round(rate)} events/s${index < 0 ? ' (warm-up)' : ''}`)
          if (index >= 0) sample.push(rate)
        }
        rates.set(name, sample)
      }
      await stops.shift()!()
    }
    const of = (name: string) => median(rates.get(name)!)
    const share = Math.min(...shapes.map(({ name }) => of(`${name}, never analysed`) / of(name)))
    return {
      figures: [...rates].map(([name, sample]) => figure(name, 'events/s', sample)),
      goals: [
        ...shapes.map(({ name }) => atLeast(`${name} events/s`, of(name), 40_000)),
        atLeast('never-analysed share', share, 0.8),
      ],
    }
  } finally {
    for (const stop of stops) await stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

export const bench: Bench = { name: 'relay', run: (log) => run({ log }) }

/** A database, a queue server, a relay and a consumer, the last in a process of its own. */
interface Stage {
  admin: pg.Pool
  isAnalysed: boolean
  ring(worldIds: string[]): Promise<void>
  stop(): Promise<void>
}

const openStage = async (postgres: LocalPostgres, isAnalysed: boolean): Promise<Stage> => {
  const database = isAnalysed ? 'analysed' : 'never_analysed'
  await makeDatabase(postgres, database)
  const admin = createPool({
    connectionString: postgres.adminUrl(database),
    applicationName: 'bench',
    transactionTimeoutMs: 0,
  })
  await admin.query(effectsTable)
  const sqs = await startLocalSqs()
  const client = createSqsClient({ endpoint: sqs.endpoint, region: 'us-east-1' })
  const doorbell = sqsQueue(client, await createQueue(client, 'doorbell'))
  const queueUrl = await createQueue(client, 'events.fifo')
  const events = sqsQueue(client, queueUrl)
  const consumer = await spawnConsumer(postgres.url('orrery_background', database), sqs.endpoint, queueUrl)
  const pool = createPool({
    connectionString: postgres.url('orrery_relay', database),
    applicationName: 'relay',
  })
  const relay = startRelay({
    pool,
    destinations: [{ name: 'bench', kind: 'ordered', queueFor: async () => events }],
    doorbell,
    newId: randomUUID,
    monotonicMs: () => performance.now(),
    random: Math.random,
    log: console.error,
  })
  return {
    admin,
    isAnalysed,
    ring: async (worldIds) => {
      await Promise.all(worldIds.map((worldId) => doorbell.send({ body: JSON.stringify({ worldId }) })))
    },
    stop: async () => {
      await relay.stop()
      consumer.kill('SIGKILL')
      await Promise.all([pool.end(), admin.end(), sqs.stop()])
      client.destroy()
    },
  }
}

const makeDatabase = async (postgres: LocalPostgres, database: string): Promise<void> => {
  const server = new pg.Client({ connectionString: postgres.adminUrl('postgres') })
  await server.connect()
  await server.query(`CREATE DATABASE ${database} OWNER orrery_migrate TEMPLATE orrery`)
  await server.end()
  await migrate({ connectionString: postgres.url('orrery_migrate', database) })
}

const effectsTable = `
  CREATE TABLE bench_effects (world_id uuid PRIMARY KEY, events bigint NOT NULL, last_seq bigint NOT NULL)
    WITH (fillfactor = 50);
  GRANT SELECT, INSERT, UPDATE ON bench_effects TO orrery_background`

const spawnConsumer = async (
  databaseUrl: string,
  endpoint: string,
  queueUrl: string,
): Promise<ChildProcess> => {
  const script = fileURLToPath(new URL('./relay-consumer.ts', import.meta.url))
  const consumer = spawn(process.execPath, [script, databaseUrl, endpoint, queueUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(consumer.stdout!, 'data')
  return consumer
}

const measure = async (stage: Stage, worlds: number, events: number): Promise<number> => {
  const worldIds = Array.from({ length: worlds }, () => randomUUID())
  const perWorld = Math.floor(events / worlds)
  await loadLogs(stage.admin, worldIds, perWorld)
  // no checkpoint in between: after one, the first read of each page that was never vacuumed logs the whole page
  // (data checksums), which would measure that and not the plans: 49,000 instead of 60,000 events/s
  if (stage.isAnalysed) await stage.admin.query('VACUUM ANALYZE')
  const started = performance.now()
  await stage.ring(worldIds)
  await untilApplied(stage.admin, worldIds, perWorld)
  const seconds = (performance.now() - started) / 1_000
  return (perWorld * worlds) / seconds
}

/** Events whose data is 200 bytes of JSON. */
const loadLogs = async (admin: pg.Pool, worldIds: string[], perWorld: number): Promise<void> => {
  await admin.query(
    `INSERT INTO worlds (world_id, tenant_id, name, seq, last_occurred_at, created_at)
     SELECT w, 'local', w::text, $2, now(), now() FROM unnest($1::uuid[]) AS w`,
    [worldIds, perWorld],
  )
  await admin.query(
    `INSERT INTO world_events (world_id, seq, event_id, tenant_id, type, entity_id, data, cause, occurred_at)
     SELECT w, s, gen_random_uuid(), 'local', 'entity.updated.v1', 'entity-' || s % 1000, jsonb_build_object('changes',
       jsonb_build_array(jsonb_build_object('entityId', 'entity-' || s % 1000, 'field', 'parameters.note',
         'newValue', rpad(md5(s::text), 116 - length((s % 1000)::text), 'x')))),
       jsonb_build_object('requestId', 'bench-' || s), now()
     FROM unnest($1::uuid[]) AS w, generate_series(1, $2) AS s`,
    [worldIds, perWorld],
  )
}

const untilApplied = async (admin: pg.Pool, worldIds: string[], perWorld: number): Promise<void> => {
  for (;;) {
    const { rows } = await admin.query<{ world_id: string; events: number; last_seq: number }>(
      'SELECT world_id, events, last_seq FROM bench_effects WHERE world_id = ANY ($1::uuid[])',
      [worldIds],
    )
    const applied = rows.reduce((sum, row) => sum + row.events, 0)
    if (rows.some((row) => row.events > perWorld || row.events !== row.last_seq))
      throw new Error('an event took effect twice, or out of order')
    if (applied === perWorld * worldIds.length) return
    await delay(10)
  }
}
