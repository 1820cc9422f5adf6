import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { inPool, recallPast } from '#retention/recall'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const folder = mkdtempSync(join(tmpdir(), 'orrery-retained-'))
const worldId = uuidv7()
const rows = 24_000
const kills = 5
let database: TestDatabase
let admin: pg.Pool

beforeAll(async () => {
  database = await createTestDatabase()
  admin = database.pool('postgres' as never)
  await admin.query(
    `INSERT INTO worlds (world_id, tenant_id, name, seq, settings, last_occurred_at, created_at)
     VALUES ($1, 'local', 'killed', ${rows}, '{}', now(), now())`,
    [worldId],
  )
  await admin.query(
    `INSERT INTO world_events (world_id, tenant_id, seq, event_id, type, data, cause, occurred_at)
     SELECT $1, 'local', i, gen_random_uuid(), 'entity.updated.v1', '{}', '{}', now() - interval '2 hours'
     FROM generate_series(1, ${rows}) AS i`,
    [worldId],
  )
  await admin.query(
    `INSERT INTO component_history (world_id, tenant_id, entity_id, component_type, data, from_seq, to_seq)
     SELECT $1, 'local', 'e' || i % 700, 'Note', jsonb_build_object('text', repeat('x', 100) || i), i - 1, i
     FROM generate_series(1, ${rows}) AS i`,
    [worldId],
  )
})

afterAll(async () => {
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

const digest = async (): Promise<{ rows: number; hash: string }> =>
  (
    await admin.query(
      `SELECT count(*)::int AS rows, md5(string_agg(t::text, '' ORDER BY entity_id, from_seq)) AS hash
       FROM component_history t WHERE world_id = $1`,
      [worldId],
    )
  ).rows[0]

/** Whether it came to its end before it was killed. */
const runFor = async (ms: number): Promise<boolean> => {
  const script = fileURLToPath(new URL('retention-process.ts', import.meta.url))
  const args = [database.url('orrery_background'), folder, worldId]
  const child = fork(script, args, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  await once(child, 'message')
  const isDone = once(child, 'message').then(() => true)
  const outcome = await Promise.race([isDone, delay(ms, false)])
  child.kill('SIGKILL')
  await exited
  return outcome
}

it('an archivist that is killed again and again loses no row and doubles none', async () => {
  const before = await digest()
  expect(before.rows).toBe(rows)
  // sooner and later; whatever it has come to by then
  for (let at = 0; at < kills; at++) await runFor(40 + at * 130)
  while (!(await runFor(60_000)));
  expect((await digest()).rows).toBe(0)
  const context = { objects: filesystemObjectStore(folder), now: () => new Date(), transact: inPool(admin) }
  const wanted = { sources: ['component_history' as const], at: { after: 0, to: Number.MAX_SAFE_INTEGER } }
  await recallPast(context, worldId, wanted, { maxRows: Number.POSITIVE_INFINITY })
  expect(await digest()).toEqual(before)
  const { rows: batches } = await admin.query<{ rows: number }>(
    'SELECT sum(row_count)::int AS rows FROM retention_batches WHERE world_id = $1',
    [worldId],
  )
  expect(batches[0]!.rows).toBe(rows)
})
