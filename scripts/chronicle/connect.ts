import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createProjection, writeTimeoutMs } from '#chronicle/create-projection'
import type { ProjectionContext } from '#chronicle/projection/context'
import type { DatabaseRole } from '#platform/postgres/roles'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createDoorbellRinger } from '#relay/doorbell'
import { NothingThere } from '../local/connect.ts'
import { lockDataDirectory } from '../local/data-lock.ts'
import { startPostgres } from '../local/postgres.ts'
import { readRunFile } from '../local/run-file.ts'
import type { ChronicleOptions } from './options.ts'

export interface ChronicleConnection {
  context: ProjectionContext
  close(): Promise<void>
}

interface Place {
  databaseUrl(role: DatabaseRole): string
  /** Of the relay; undefined: its sweep finds what is written. */
  doorbell?: { url: string; endpoint?: string; region: string } | undefined
  close(): Promise<void>
}

/**
 * The projection on the database that the options name, or else on that of the folder, which is started for the moment
 * where no stack runs on it.
 *
 * @throws NothingThere, DataDirectoryInUse
 */
export const connectChronicles = async (
  { databaseUrl, dataDir, batchEvents }: ChronicleOptions,
  env: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<ChronicleConnection> => {
  const place = await placeOf(databaseUrl ?? env.DATABASE_URL, dataDir, env)
  const ring = ringerOf(place.doorbell)
  const { context, close } = createProjection({
    database: { connectionString: place.databaseUrl('orrery_background') },
    writers: { connectionString: place.databaseUrl('orrery_app') },
    ...{ doorbell: ring.doorbell, log },
  })
  return {
    context: { ...context, options: { batchEvents } },
    close: async () => {
      await close()
      await ring.close()
      await place.close()
    },
  }
}

const placeOf = async (url: string | undefined, dataDir: string, env: NodeJS.ProcessEnv): Promise<Place> => {
  if (url) return namedPlace(url, env)
  const running = readRunFile(dataDir)
  if (running !== undefined) {
    const { databaseUrls, sqsEndpoint: endpoint, region, queues } = running
    return {
      databaseUrl: (role) => databaseUrls[role],
      doorbell: { url: queues.doorbell, endpoint, region },
      close: async () => {},
    }
  }
  if (!existsSync(join(dataDir, 'postgres', 'cluster')))
    throw new NothingThere(
      `There is no database in ${dataDir}: name its folder with --data, or a database with --database-url.`,
    )
  const release = lockDataDirectory(resolve(dataDir), 'npm run chronicle')
  try {
    const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres') })
    return { databaseUrl: postgres.url, close: () => postgres.stop().finally(release) }
  } catch (error) {
    release()
    throw error
  }
}

const namedPlace = (url: string, env: NodeJS.ProcessEnv): Place => {
  const { WRITER_DATABASE_URL: writerUrl, DOORBELL_QUEUE_URL: queueUrl, AWS_REGION = 'us-east-1' } = env
  if (!writerUrl)
    throw new NothingThere('Set WRITER_DATABASE_URL beside it: the same database as orrery_app.')
  return {
    databaseUrl: (role) => (role === 'orrery_app' ? writerUrl : url),
    doorbell: queueUrl ? { url: queueUrl, region: AWS_REGION } : undefined,
    close: async () => {},
  }
}

const ringerOf = (place: Place['doorbell']) => {
  if (place === undefined)
    return {
      doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
      close: async () => {},
    }
  const { url, region, endpoint } = place
  const client = createSqsClient({ region, ...(endpoint === undefined ? {} : { endpoint }) })
  const doorbell = createDoorbellRinger({
    queue: sqsQueue(client, url),
    now: () => performance.now(),
    transactionTimeoutMs: writeTimeoutMs,
  })
  return {
    doorbell,
    close: async () => {
      await doorbell.flush()
      client.destroy()
    },
  }
}
