import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type pg from 'pg'
import { openObjects } from '#physics/connections'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import { createPool } from '#platform/postgres/pool'
import { lockDataDirectory } from '../local/data-lock.ts'
import { startPostgres } from '../local/postgres.ts'
import { readRunFile } from '../local/run-file.ts'

/** There is nothing to read; the message says what to do about it. */
export class NothingThere extends Error {
  readonly code = 'nothing-there'
}

export interface ReplayConnection {
  /** As orrery_physics. */
  pool: pg.Pool
  objects: ObjectStore
  close(): Promise<void>
}

/**
 * The database and the checkpoints that the environment names; without a DATABASE_URL those of the folder, whose
 * database is started for the moment where no stack runs on it.
 *
 * @throws NothingThere, DataDirectoryInUse
 */
export const connect = async (env: NodeJS.ProcessEnv, dataDir: string): Promise<ReplayConnection> => {
  if (env.DATABASE_URL) return open(env.DATABASE_URL, await objectsOf(env))
  const objects = filesystemObjectStore(join(dataDir, 'objects'))
  const running = readRunFile(dataDir)?.databaseUrls.orrery_physics
  if (running !== undefined) return open(running, objects)
  if (!existsSync(join(dataDir, 'postgres', 'cluster')))
    throw new NothingThere(
      `There is no database in ${dataDir}: name its folder with --data, or set DATABASE_URL.`,
    )
  const release = lockDataDirectory(resolve(dataDir), 'npm run replay')
  try {
    const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres') })
    return open(postgres.url('orrery_physics'), objects, () => postgres.stop().finally(release))
  } catch (error) {
    release()
    throw error
  }
}

const objectsOf = (env: NodeJS.ProcessEnv): Promise<ObjectStore> => {
  const { OBJECTS_BUCKET: objectsBucket, OBJECT_STORE_DIR: objectStoreDir } = env
  if (!objectsBucket && !objectStoreDir)
    throw new NothingThere(
      'Set OBJECTS_BUCKET or OBJECT_STORE_DIR beside DATABASE_URL: there the checkpoints lie.',
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
  connectionString: string,
  objects: ObjectStore,
  end: () => Promise<void> = async () => {},
): ReplayConnection => {
  const pool = createPool({ connectionString, applicationName: 'orrery-replay-command', max: 2 })
  return { pool, objects, close: () => pool.end().then(end) }
}
