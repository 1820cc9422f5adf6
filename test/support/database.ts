import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { createPool } from '#platform/postgres/pool'
import type { DatabaseRole } from '#platform/postgres/roles'

/** A database of its own for one test file, cloned from the migrated template. */
export interface TestDatabase {
  url(role: DatabaseRole): string
  /** As superuser, who is above row-level security. */
  adminUrl: string
  /** A pool as that role; ended by `drop`. */
  pool(role: DatabaseRole, max?: number): pg.Pool
  drop(): Promise<void>
}

export const createTestDatabase = async (): Promise<TestDatabase> => {
  const { adminUrl, port, password } = inject('postgres')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await asAdmin(adminUrl, `CREATE DATABASE ${name} TEMPLATE orrery`)
  const urlOf = (user: string) => `postgresql://${user}:${password}@127.0.0.1:${port}/${name}`
  const pools: pg.Pool[] = []
  return {
    url: urlOf,
    adminUrl: urlOf('postgres'),
    pool: (role, max) => {
      const pool = createPool({ connectionString: urlOf(role), applicationName: `test-${role}`, max })
      pools.push(pool)
      return pool
    },
    drop: async () => {
      await Promise.all(pools.map((pool) => pool.end()))
      await asAdmin(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

const asAdmin = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    // two files that clone the template at once wait for each other
    await client.query(`SELECT pg_advisory_lock(hashtext('orrery.template'))`)
    await client.query(statement)
  } finally {
    await client.end()
  }
}
