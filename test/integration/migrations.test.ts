import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatabaseNewerThanCode, migrate } from '#platform/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let admin: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
})

afterAll(async () => {
  await admin?.end()
  await database?.drop()
})

const schema = async (): Promise<string[]> => {
  const { rows } = await admin.query(`
    SELECT format('%s.%s %s', table_name, column_name, data_type) AS line FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT format('%s on %s for %s', policyname, tablename, roles) FROM pg_policies
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`)
  return rows.map((row) => row.line)
}

describe('migrations', () => {
  it('go down to nothing and up to the same schema', async () => {
    const connectionString = database.url('orrery_migrate')
    const before = await schema()
    const down = await migrate({ connectionString, direction: 'down', count: 1_000 })
    expect((await schema()).every((line) => line.includes('migrations'))).toBe(true)
    const up = await migrate({ connectionString })
    expect(up).toEqual(down.toReversed())
    expect(await schema()).toEqual(before)
  })

  it('run once when two processes run them at once', async () => {
    await migrate({ connectionString: database.url('orrery_migrate'), direction: 'down', count: 1_000 })
    const script = fileURLToPath(new URL('../../scripts/migrate.ts', import.meta.url))
    const children = [1, 2].map(() =>
      fork(script, ['up'], {
        env: { ...process.env, DATABASE_URL: database.url('orrery_migrate') },
        stdio: 'ignore',
        execArgv: [],
      }),
    )
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]))
    expect(codes).toEqual([0, 0])
    expect(await migrate({ connectionString: database.url('orrery_migrate') })).toEqual([])
  })

  it('refuse a database newer than the code', async () => {
    await admin.query(`INSERT INTO migrations (name, run_on) VALUES ('9999_future', now())`)
    const refusal = migrate({ connectionString: database.url('orrery_migrate') })
    await expect(refusal).rejects.toThrow(DatabaseNewerThanCode)
    await expect(refusal).rejects.toThrow(/9999_future/)
    await admin.query(`DELETE FROM migrations WHERE name = '9999_future'`)
  })
})
