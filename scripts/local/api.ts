import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { createDispatch } from '#platform/http/dispatch'
import { toLambdaHandler } from '#platform/http/lambda'
import { startLocalServer } from '#platform/http/local-server'
import { type Drainer, startDrainer } from '#platform/overflow/drainer'
import type { OverflowStore } from '#platform/overflow/overflow'
import { createPool, isDatabaseUnavailable } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createDoorbellRinger } from '#relay/doorbell'
import type { WriteRequest } from '#world/commands'
import { createWorldWriter, type WorldWriter, writerPoolOptions } from '#world/writer'
import { apiRoutes } from '../../functions/api-routes.ts'
import type { LocalQueues } from './queues.ts'

/** The write path of a stack: one writer for the API and for what drains the overflow. */
export interface LocalWriter {
  writer: WorldWriter
  stop(): Promise<void>
}

export const createLocalWriter = (
  databaseUrl: string,
  { endpoint, region, urls }: LocalQueues,
): LocalWriter => {
  const client = createSqsClient({ endpoint, region })
  const doorbell = createDoorbellRinger({
    queue: sqsQueue(client, urls.doorbell),
    now: () => performance.now(),
  })
  const pool = createPool({
    connectionString: databaseUrl,
    applicationName: 'orrery-write',
    ...writerPoolOptions,
  })
  const writer = createWorldWriter({ pool, doorbell, now: () => new Date(), newId: uuidv7 })
  return {
    writer,
    stop: async () => {
      await pool.end()
      await doorbell.flush()
      client.destroy()
    },
  }
}

/** Applies what waits in the overflow; a refusal is an outcome too, and is stored under the request's id. */
export const startLocalDrainer = (
  store: OverflowStore,
  { writer }: LocalWriter,
  log: (line: string) => void,
): Drainer =>
  startDrainer({
    store,
    log,
    isUnavailable: isDatabaseUnavailable,
    // a try costs nothing here, and people wait
    maxBackoffMs: 5_000,
    apply: async (_, request) => {
      await writer.write(request as unknown as WriteRequest)
    },
  })

export interface LocalApiOptions {
  host: string
  port: number
  /** As orrery_app. */
  databaseUrl: string
  writer: LocalWriter
  overflow: OverflowStore
  /** Parts beside the database, and whether each is up. */
  parts: Record<string, () => Promise<boolean>>
  log: (line: string) => void
}

/** All endpoints behind one HTTP server. */
export const startLocalApi = async (options: LocalApiOptions) => {
  const { databaseUrl, overflow, log } = options
  const readers = createPool({ connectionString: databaseUrl, applicationName: 'orrery-read' })
  const context = {
    writer: options.writer.writer,
    readers,
    overflow,
    health: () => healthOf(readers, options),
  }
  const reportFault = (error: unknown, requestId: string) =>
    log(`api: request ${requestId} failed: ${error instanceof Error ? error.stack : String(error)}`)
  const handler = toLambdaHandler(createDispatch(apiRoutes, context, reportFault))
  try {
    const server = await startLocalServer({ handler, host: options.host, port: options.port })
    const stop = async () => {
      await server.stop()
      await readers.end()
    }
    return { url: server.url, stop }
  } catch (error) {
    await readers.end()
    throw error
  }
}

const healthOf = async (readers: pg.Pool, { parts }: LocalApiOptions): Promise<Record<string, boolean>> => {
  const checks = { database: () => readers.query('SELECT').then(() => true), ...parts }
  const answers = Object.entries(checks).map(async ([name, check]) => [name, await inTime(check())] as const)
  return Object.fromEntries(await Promise.all(answers))
}

const healthMs = 1_000

const inTime = (check: Promise<boolean>): Promise<boolean> =>
  new Promise((done) => {
    const timer = setTimeout(() => done(false), healthMs)
    check.then(done, () => done(false)).finally(() => clearTimeout(timer))
  })
