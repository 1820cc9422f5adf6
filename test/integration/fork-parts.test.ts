import { fork as forkProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '#platform/postgres/pool'
import { serveReminder } from '#world/auto-snapshot'
import type { Command } from '#world/commands'
import { type ForkContext, type ForkRequest, forkWorld } from '#world/fork/fork'
import { forgetParts } from '#world/fork/fork-parts'
import { createWorldWriter, writerPoolOptions } from '#world/writer'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { entity } from '../support/physics-events.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let admin: pg.Pool
let background: pg.Pool
let superuser: pg.Pool
let alone: ForkContext
let helped: ForkContext
const pools: pg.Pool[] = []

const slowPool = (applicationName: string, max: number): pg.Pool => {
  const pool = createPool({
    ...{ connectionString: database.url('orrery_app'), applicationName, max, pipeline: true },
    settings: ['plan_cache_mode=force_custom_plan'],
  })
  pools.push(pool)
  return pool
}

beforeAll(async () => {
  database = await createTestDatabase()
  admin = database.pool('orrery_migrate')
  background = database.pool('orrery_background')
  superuser = createPool({ connectionString: database.adminUrl, applicationName: 'test-admin', max: 1 })
  pools.push(superuser)
  const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
  alone = {
    pool: slowPool('test-fork', 2),
    doorbell,
    archive: undefined,
    now: () => new Date(),
    newId: uuidv7,
  }
  helped = { ...alone, help: { pool: slowPool('test-fork-help', 1), entitiesEach: 5 } }
  const pool = createPool({
    ...{ ...writerPoolOptions, connectionString: database.url('orrery_app'), applicationName: 'test-writer' },
  })
  pools.push(pool)
  const { write } = createWorldWriter({ pool, doorbell, now: () => new Date(), newId: uuidv7 })
  for (const commands of history)
    await write({ tenantId: 'local', world: 'large', requestId: randomUUID(), commands })
})

afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()))
  await database?.drop()
})

const name = (index: number): string => `entity ${String((index * 37) % 100).padStart(2, '0')}`

const put = (index: number, x: number): Command => ({
  kind: 'put-entity',
  entity: entity(
    name(index),
    [x, index, 0],
    index % 3 === 0 ? { mass: 1 + index, activity: 1, note: 'n' } : {},
  ),
})

const relate = (index: number, type: string): Command => ({
  kind: 'put-relationship',
  relationship: {
    ...{
      sourceId: name(index),
      targetId: name(index + 1),
      type,
      strength: 0.5,
      label: null,
      data: { index },
    },
  },
})

const indexes = Array.from({ length: 60 }, (_, index) => index)
/** Entities that come, change and go, defaults that change, relationships whose ends lie in other ranges or nowhere. */
const history: Command[][] = [
  [{ kind: 'change-settings', settings: { physics: { defaultActivity: 0.5, defaultMass: 3 } } as never }],
  indexes.map((index) => put(index, index)),
  [...indexes.map((index) => relate(index, 'trusts')), relate(3, 'hierarchy'), relate(80, 'fears')],
  [{ kind: 'change-settings', settings: { physics: { defaultActivity: 0, defaultMass: 7 } } as never }],
  indexes.slice(20, 40).map((index) => put(index, -index)),
  indexes.slice(50).map((index) => ({ kind: 'delete-entity', entityId: name(index) })),
  indexes.slice(90).map((index) => put(index, index)),
]

const requestOf = (to: string, requestId: string, seq: number): ForkRequest => ({
  ...{ tenantId: 'local', requestId, subject: 'somebody', audit: 'forkWorld' },
  ...{ source: 'large', name: to, moment: { seq } },
})

const fork = (context: ForkContext, to: string, requestId: string = randomUUID(), seq = 150) =>
  forkWorld(context, requestOf(to, requestId, seq))

const tables = ['entities', 'components', 'relationships', 'entity_physics_state', 'component_types']

/** All rows of a world, without what names it. */
const rowsOf = async (worldId: string) => {
  const rows: Record<string, unknown> = {}
  for (const table of tables) {
    const text = `SELECT to_jsonb(t) - 'world_id' AS row FROM ${table} t WHERE world_id = $1 ORDER BY (to_jsonb(t) - 'world_id')::text COLLATE "C"`
    rows[table] = (await admin.query<{ row: unknown }>(text, [worldId])).rows.map(({ row }) => row)
  }
  const text = `
    SELECT seq, entity_count, relationship_count, active_bodies, settings, parent_world_id, fork_seq, ramp_seq
    FROM worlds WHERE world_id = $1`
  return { ...rows, world: (await admin.query(text, [worldId])).rows }
}

/** Rows of worlds that do not exist. */
const strays = async (): Promise<number> => {
  const counts = tables.map(
    (table) =>
      `SELECT count(*) FROM ${table} t WHERE NOT EXISTS (SELECT FROM worlds w WHERE w.world_id = t.world_id)`,
  )
  const { rows } = await admin.query<{ count: number }>(counts.join(' UNION ALL '))
  return rows.reduce((sum, { count }) => sum + count, 0)
}

const parts = async (): Promise<number> => (await admin.query('SELECT FROM fork_parts')).rowCount!

const worldIdOf = (outcome: Awaited<ReturnType<typeof fork>>): string => {
  if (outcome.status !== 'applied') throw new Error(JSON.stringify(outcome))
  return outcome.worldId
}

const connections = async (applicationName: string, state?: string): Promise<number> => {
  const text = `
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = $1 AND ($2::text IS NULL OR state = $2)`
  return (await superuser.query(text, [applicationName, state])).rowCount!
}

const inTransaction = async (applicationName: string): Promise<number> => {
  const text = `
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = $1 AND xact_start IS NOT NULL`
  return (await superuser.query(text, [applicationName])).rowCount!
}

/** How many rows a look at all worlds, which the clock asks for, leaves of forks that came to nothing. */
const sweep = async (): Promise<void> => {
  const queue = { send: () => Promise.reject(new Error('nothing is due')) } as never
  const serveDatasets = async () => {}
  await serveReminder(
    { pool: background, queue, now: () => new Date(), newId: uuidv7, serveDatasets },
    '{"all":true}',
  )
}

/** Holds what `text` locks while `work` runs. */
const whileLocked = async (text: string, work: () => Promise<void>): Promise<void> => {
  const blocker = await database.pool('orrery_migrate').connect()
  try {
    await blocker.query(`BEGIN; ${text}`)
    await work()
  } finally {
    await blocker.query('ROLLBACK')
    blocker.release()
  }
}

const lockRelationships = 'LOCK TABLE relationships IN SHARE ROW EXCLUSIVE MODE'

const waiting = async (table: string): Promise<number> =>
  (await admin.query(`SELECT FROM pg_locks WHERE relation = $1::regclass AND NOT granted`, [table])).rowCount!

describe('a fork that two connections make', () => {
  it.each([61, 100, 140, 155])('has every row of one that a single one makes, as of seq %i', async (seq) => {
    let open = 0
    const beforeCommit = async () => void (open = await inTransaction('test-fork-help'))
    const watched = { ...helped, doorbell: { ...helped.doorbell, beforeCommit } }
    const one = worldIdOf(await fork(alone, `one ${seq}`, randomUUID(), seq))
    const two = worldIdOf(await fork(watched, `two ${seq}`, randomUUID(), seq))
    expect(open).toBe(1)
    const expected = await rowsOf(one)
    expect(await rowsOf(two)).toEqual(expected)
    expect((expected as unknown as { entities: unknown[] }).entities.length).toBeGreaterThan(40)
    expect([await strays(), await parts()]).toEqual([0, 0])
  })

  it('is made by one where the other fails, and where there is no other', async () => {
    const expected = await rowsOf(worldIdOf(await fork(alone, 'expected')))
    let forking: Promise<unknown> | undefined
    await whileLocked(lockRelationships, async () => {
      forking = fork(helped, 'half')
      await until('both wait', async () => (await waiting('relationships')) === 2)
      const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-fork-help' AND datname = current_database()`
      const { rowCount } = await superuser.query(text)
      expect(rowCount).toBe(1)
    })
    expect(await rowsOf(worldIdOf((await forking) as Awaited<ReturnType<typeof fork>>))).toEqual(expected)

    const taken = await helped.help!.pool.connect()
    try {
      expect(await rowsOf(worldIdOf(await fork(helped, 'without help')))).toEqual(expected)
    } finally {
      taken.release()
    }
    await until('nobody copies', async () => (await connections('test-fork-help', 'active')) === 0)
    expect([await strays(), await parts()]).toEqual([0, 0])
  })

  it('leaves nothing where it fails, and a repeat makes it', async () => {
    const failing = {
      ...helped,
      doorbell: { ...helped.doorbell, beforeCommit: () => Promise.reject(new Error('no queue')) },
    }
    await expect(fork(failing, 'failed', 'failed-1')).rejects.toThrow('no queue')
    await until(
      'it is undone',
      async () => (await connections('test-fork-help', 'idle in transaction')) === 0,
    )
    expect([await strays(), await parts()]).toEqual([0, 0])
    expect(await fork(helped, 'failed', 'failed-1')).toMatchObject({ status: 'applied', seq: 151 })
  })
})

describe('a fork whose process is killed', () => {
  const start = (to: string) =>
    forkProcess(
      fileURLToPath(new URL('./fork-parts-process.ts', import.meta.url)),
      [database.url('orrery_app'), JSON.stringify(requestOf(to, `${to}-1`, 150))],
      { execArgv: [] },
    )

  const kill = async (child: ReturnType<typeof start>): Promise<void> => {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  const ended = () =>
    until('the server has noticed', async () => {
      const open = [await connections('killed-fork'), await connections('killed-fork-help')]
      return open.every((count) => count === 0)
    })

  const worlds = async (named: string): Promise<number> =>
    (await admin.query('SELECT FROM worlds WHERE name = $1', [named])).rowCount!

  it('leaves nothing while both copy', async () => {
    await whileLocked(lockRelationships, async () => {
      const child = start('early')
      await until('both wait', async () => (await waiting('relationships')) === 2)
      await kill(child)
    })
    await ended()
    expect([await worlds('early'), await strays(), await parts()]).toEqual([0, 0, 0])
    expect(await fork(helped, 'early', 'early-1')).toMatchObject({ status: 'applied' })
  })

  it('between the two commits leaves rows of no world, which go away', async () => {
    // the fork's own transaction stands behind the commit of the other one
    await admin.query(`
      CREATE FUNCTION stand() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN OLD; END $$;
      CREATE TRIGGER stand BEFORE DELETE ON fork_parts FOR EACH ROW EXECUTE FUNCTION stand()`)
    await whileLocked('SELECT pg_advisory_xact_lock(4711)', async () => {
      const child = start('late')
      await until('one part is committed', async () => (await parts()) === 1)
      expect([await worlds('late'), await strays()]).toEqual([0, expect.any(Number)])
      await sweep()
      expect(await parts()).toBe(1)
      await kill(child)
    })
    await ended()
    await admin.query('DROP FUNCTION stand CASCADE')
    // how much of it the second connection had copied is a matter of chance
    const left = await strays()
    expect(left).toBeGreaterThan(0)
    expect([await worlds('late'), await parts()]).toEqual([0, 1])

    // before and after they have gone
    const whole = await rowsOf(worldIdOf(await fork(alone, 'whole')))
    expect(await rowsOf(worldIdOf(await fork(helped, 'late', 'late-1')))).toEqual(whole)
    expect(await strays()).toBe(left)
    await sweep()
    expect([await strays(), await parts(), await worlds('late')]).toEqual([0, 0, 1])
    expect(await forgetParts(background)).toBe(0)
  })
})
