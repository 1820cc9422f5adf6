import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import { clientConfig, type DatabaseConnection } from './connection.ts'

// a bundle has them beside itself
const besideBundle = new URL('./migrations', import.meta.url)
const migrationsDir = fileURLToPath(
  existsSync(besideBundle) ? besideBundle : new URL('../migrations', import.meta.url),
)
const migrationsTable = 'migrations'

/** The database was migrated by a newer version of the code than this one. */
export class DatabaseNewerThanCode extends Error {
  readonly code = 'database-newer-than-code'
  readonly unknownMigrations: string[]

  constructor(unknownMigrations: string[]) {
    super(
      `The database has migrations that this version does not know (${unknownMigrations.join(', ')}). ` +
        'Use the version of Orrery that wrote them, or a newer one.',
    )
    this.unknownMigrations = unknownMigrations
  }
}

/** Connects as the owner of the schema (`orrery_migrate`). */
export interface MigrateOptions extends DatabaseConnection {
  /** Default 'up'. */
  direction?: 'up' | 'down'
  /** How many migrations; default all of them up, one down. */
  count?: number
  log?: (line: string) => void
}

/**
 * Brings the schema up (or down) by the numbered files of `layers/platform/migrations`, all in one
 * transaction under an advisory lock: a second process that migrates at the same time waits, then finds
 * nothing to do. Returns the names that ran.
 *
 * @throws DatabaseNewerThanCode
 */
export const migrate = async (options: MigrateOptions): Promise<string[]> => {
  const client = new pg.Client({ ...clientConfig(options), application_name: 'orrery-migrate' })
  await client.connect()
  try {
    // node-pg-migrate gives up at once where another process holds its lock; ours waits
    await client.query(`SELECT pg_advisory_lock(hashtext('orrery.migrate'))`)
    await refuseNewerDatabase(client)
    const ran = await runner({
      dbClient: client,
      dir: migrationsDir,
      migrationsTable,
      direction: options.direction ?? 'up',
      count: options.count ?? (options.direction === 'down' ? 1 : Number.POSITIVE_INFINITY),
      checkOrder: true,
      noLock: true,
      log: () => {},
    })
    for (const { name } of ran) options.log?.(`${options.direction ?? 'up'} ${name}`)
    return ran.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

/** One numbered file, and when it was run here. */
export interface Migration {
  name: string
  ranAt: Date | undefined
}

/** Every migration of this version of the code, and those that a newer one ran, in order. */
export const migrationStatus = async (connectionString: string): Promise<Migration[]> => {
  const client = new pg.Client({ connectionString, application_name: 'orrery-migrate' })
  await client.connect()
  try {
    const ran = await ranMigrations(client)
    const names = new Set([...(await knownMigrations()), ...ran.keys()])
    return [...names].sort().map((name) => ({ name, ranAt: ran.get(name) }))
  } finally {
    await client.end()
  }
}

const knownMigrations = async (): Promise<string[]> =>
  (await readdir(migrationsDir)).map((file) => file.replace(/\.sql$/, ''))

/** By name, in the order in which they ran; empty before the first one. */
const ranMigrations = async (client: pg.Client): Promise<Map<string, Date>> => {
  const { rows } = await client.query<{ present: boolean }>('SELECT to_regclass($1) IS NOT NULL AS present', [
    `public.${migrationsTable}`,
  ])
  if (!rows[0]?.present) return new Map()
  const ran = await client.query<{ name: string; run_on: Date }>(
    `SELECT name, run_on FROM ${migrationsTable} ORDER BY id`,
  )
  return new Map(ran.rows.map(({ name, run_on }) => [name, run_on]))
}

const refuseNewerDatabase = async (client: pg.Client): Promise<void> => {
  const known = new Set(await knownMigrations())
  const unknown = [...(await ranMigrations(client)).keys()].filter((name) => !known.has(name))
  if (unknown.length > 0) throw new DatabaseNewerThanCode(unknown)
}
