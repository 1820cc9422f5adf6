import type pg from 'pg'
import { createPool } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { readRunFile } from '../local/run-file.ts'

/** There is nothing to connect to; the message says what to do about it. */
export class NotRunning extends Error {
  readonly code = 'not-running'
}

export interface Connection {
  pool: pg.Pool
  /** Undefined where the environment names a database alone. */
  doorbell: Queue | undefined
  close(): Promise<void>
}

interface Target {
  databaseUrl: string
  queue: { url: string; endpoint: string | undefined; region: string } | undefined
}

/** @throws NotRunning */
export const connect = (env: NodeJS.ProcessEnv, dataDir: string): Connection => {
  const { databaseUrl, queue } = findTarget(env, dataDir)
  const pool = createPool({ connectionString: databaseUrl, applicationName: 'orrery-relay-command', max: 2 })
  const client = queue && createSqsClient({ endpoint: queue.endpoint, region: queue.region })
  return {
    pool,
    doorbell: queue && client && sqsQueue(client, queue.url),
    close: async () => {
      client?.destroy()
      await pool.end()
    },
  }
}

const findTarget = (env: NodeJS.ProcessEnv, dataDir: string): Target => {
  const { DATABASE_URL: databaseUrl, DOORBELL_QUEUE_URL: url } = env
  if (databaseUrl) {
    const region = env.AWS_REGION ?? 'us-east-1'
    return { databaseUrl, queue: url ? { url, endpoint: env.SQS_ENDPOINT, region } : undefined }
  }
  const run = readRunFile(dataDir)
  if (run === undefined)
    throw new NotRunning(
      `Nothing runs on ${dataDir}: start it with npm start, name its folder with --data, or set DATABASE_URL.`,
    )
  const { sqsEndpoint: endpoint, region, queues } = run
  return { databaseUrl: run.databaseUrls.orrery_relay, queue: { url: queues.doorbell, endpoint, region } }
}
