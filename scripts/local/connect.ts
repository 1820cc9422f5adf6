import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type pg from 'pg'
import { openObjects } from '#physics/connections'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import { createPool } from '#platform/postgres/pool'
import type { DatabaseRole } from '#platform/postgres/roles'
import { lockDataDirectory } from './data-lock.ts'
import { startPostgres } from './postgres.ts'
import { readRunFile } from './run-file.ts'

/** There is nothing to read; the message says what to do about it. */
export class NothingThere extends Error {
  readonly code = 'nothing-there'
}

export interface StackConnection {
  pool: pg.Pool
  objects: ObjectStore
  close(): Promise<void>
}

export interface CommandUser {
  /** Whose passwords are taken where no DATABASE_URL says it. */
  role: DatabaseRole
  /** As the command is typed. */
  command: string
  /** Default: that of pools. */
  transactionTimeoutMs?: number
}

/**
 * The database and the objects that the environment names; without a DATABASE_URL those of the folder, whose
 * database is started for the moment where no stack runs on it.
 *
 * @throws NothingThere, DataDirectoryInUse
 */
export const connect = async (
  env: NodeJS.ProcessEnv,
  dataDir: string,
  user: CommandUser,
): Promise<StackConnection> => {
  if (env.DATABASE_URL) return open(user, env.DATABASE_URL, await objectsOf(env))
  const objects = filesystemObjectStore(join(dataDir, 'objects'))
  const running = readRunFile(dataDir)?.databaseUrls[user.role]
  if (running !== undefined) return open(user, running, objects)
  if (!existsSync(join(dataDir, 'postgres', 'cluster')))
    throw new NothingThere(
      `There is no database in ${dataDir}: name its folder with --data, or set DATABASE_URL.`,
    )
  const release = lockDataDirectory(resolve(dataDir), user.command)
  try {
    const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres') })
    return open(user, postgres.url(user.role), objects, () => postgres.stop().finally(release))
  } catch (error) {
    release()
    throw error
  }
}

const objectsOf = (env: NodeJS.ProcessEnv): Promise<ObjectStore> => {
  const { OBJECTS_BUCKET: objectsBucket, OBJECT_STORE_DIR: objectStoreDir } = env
  if (!objectsBucket && !objectStoreDir)
    throw new NothingThere(
      'Set OBJECTS_BUCKET or OBJECT_STORE_DIR beside DATABASE_URL: there the objects lie.',
    )
  return openObjects({
    ...{
      objectsBucket: objectsBucket || undefined,
      objectStoreDir,
      awsRegion: env.AWS_REGION ?? 'us-east-1',
    },
    objectsPathStyle: (env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL) !== undefined,
  })
}

const open = (
  { command, ...user }: CommandUser,
  connectionString: string,
  objects: ObjectStore,
  end: () => Promise<void> = async () => {},
): StackConnection => {
  const applicationName = `orrery ${command}`
  const { transactionTimeoutMs } = user
  const pool = createPool({
    ...{ connectionString, applicationName, max: 2 },
    ...(transactionTimeoutMs !== undefined && { transactionTimeoutMs }),
  })
  return { pool, objects, close: () => pool.end().then(end) }
}
