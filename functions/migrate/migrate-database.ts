import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { clientConfig, type DatabaseConnection } from '#platform/postgres/connection'
import { migrate } from '#platform/postgres/migrate'
import { ensureRoles } from '#platform/postgres/roles'
import type { DatabaseAccess } from './access.ts'

/** A database that sleeps takes up to half a minute to wake. */
const connectionTimeoutMillis = 60_000

/**
 * Makes the roles as the database's owner, then brings the schema up as orrery_migrate. Safe to run again, and
 * by two at once. Answers the names of the migrations that ran.
 *
 * @throws DatabaseNewerThanCode
 */
export const migrateDatabase = async (
  { owner, migrate: connection, roles }: DatabaseAccess,
  log: (line: string) => void,
): Promise<string[]> => {
  const client = await connectAsOwner(owner)
  try {
    await ensureRoles(client, roles)
  } finally {
    await client.end()
  }
  return whenLetIn(() => migrate({ ...connection, log }))
}

const connectAsOwner = async ([connection, ...others]: DatabaseConnection[]): Promise<pg.Client> => {
  const client = new pg.Client({
    ...clientConfig(connection!),
    connectionTimeoutMillis,
    application_name: 'orrery-migrate-roles',
  })
  try {
    await client.connect()
    return client
  } catch (error) {
    if (others.length > 0 && isRefusedLogin(error)) return connectAsOwner(others)
    throw error
  }
}

const isRefusedLogin = (error: unknown): boolean =>
  ['28000', '28P01'].includes((error as { code?: string }).code ?? '')

const patienceMs = 60_000
const pauseMs = 5_000

/** The right to log in by IAM, granted a moment ago by the same deployment, may take a while to be known. */
const whenLetIn = async <T>(work: () => Promise<T>): Promise<T> => {
  const until = Date.now() + patienceMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isRefusedLogin(error) || Date.now() > until) throw error
      await delay(pauseMs)
    }
  }
}
