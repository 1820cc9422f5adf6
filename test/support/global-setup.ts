import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '#platform/postgres/migrate'
import { startPostgres } from '../../scripts/local/postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URL of the test server, and the password that all roles share. */
    postgres: { adminUrl: string; port: number; password: string }
  }
}

/** One PostgreSQL server for the run, with a migrated template from which each test file makes its database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-test-'))
  const postgres = await startPostgres({
    dataDir,
    settings: ['fsync=off', 'synchronous_commit=off', 'max_connections=300'],
  })
  await migrate({ connectionString: postgres.url('orrery_migrate') })
  const admin = new pg.Client({ connectionString: postgres.adminUrl('postgres') })
  await admin.connect()
  await admin.query('ALTER DATABASE orrery IS_TEMPLATE true')
  await admin.end()
  const adminUrl = postgres.adminUrl('postgres')
  project.provide('postgres', { adminUrl, port: postgres.port, password: new URL(adminUrl).password })
  return async () => {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
