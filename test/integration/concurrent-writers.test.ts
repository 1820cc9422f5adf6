import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool, isDatabaseUnavailable } from '#platform/postgres/pool'
import type { Command, WriteOutcome } from '#world/commands'
import { createWorldWriter, type WorldWriter, writerPoolOptions } from '#world/writer'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let admin: pg.Client
const pools: pg.Pool[] = []

/** A writer as a process of its own has it. */
const openWriter = (): WorldWriter => {
  const connectionString = database.url('orrery_app')
  const pool = createPool({ ...writerPoolOptions, connectionString, applicationName: 'test-writer' })
  pools.push(pool)
  const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
  return createWorldWriter({ pool, doorbell, now: () => new Date(), newId: uuidv7 })
}

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
})

afterAll(async () => {
  await admin?.end()
  await Promise.all(pools.map((pool) => pool.end()))
  await database?.drop()
})

const put = (id: string, name = id): Command => ({
  kind: 'put-entity',
  entity: {
    ...{ id, name, classType: 'Part', position: [0, 0, 0], rotation: [0, 0, 0, 1], scale: [1, 1, 1] },
    ...{ tags: [], parameters: {}, extra: {} },
  },
})
const count = (entityId: string, value: number): Command => ({
  kind: 'set-parameter',
  entityId,
  name: 'count',
  value,
})

const write = (
  writer: WorldWriter,
  world: string,
  command: Command,
  requestId: string = randomUUID(),
): Promise<WriteOutcome> => writer.write({ tenantId: 'local', world, requestId, commands: [command] })

const logOf = async (world: string) => {
  const text = `SELECT e.seq::int, e.type, e.entity_id, e.data, e.occurred_at FROM world_events e
    JOIN worlds w USING (world_id) WHERE w.name = $1 ORDER BY e.seq`
  return (await admin.query(text, [world])).rows
}

describe('writers of several processes', () => {
  it('make one world of a name, whoever comes first', async () => {
    const writers = [openWriter(), openWriter(), openWriter()]
    for (let round = 0; round < 10; round++) {
      const world = `made-${round}`
      await Promise.all(writers.map((writer, index) => write(writer, world, put(`e${index}`))))
      const log = await logOf(world)
      expect(log.map(({ type }) => type)).toEqual(['world.created.v1', ...Array(3).fill('entity.created.v1')])
    }
  })

  it('share one sequence without gaps, and time never goes back', async () => {
    const writers = [openWriter(), openWriter()]
    await Promise.all(
      writers.flatMap((writer, index) =>
        Array.from({ length: 200 }, (_, n) => write(writer, 'shared', put(`e${index}-${n}`))),
      ),
    )
    const log = await logOf('shared')
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 401 }, (_, n) => n + 1))
    for (let n = 1; n < log.length; n++) expect(log[n].occurred_at >= log[n - 1].occurred_at).toBe(true)
  })

  it('apply a request once that both of them have', async () => {
    const writers = [openWriter(), openWriter()]
    const outcomes = await Promise.all(writers.map((writer) => write(writer, 'both', put('e'), 'the-same')))
    expect(outcomes[0]).toEqual(outcomes[1])
    expect(await logOf('both')).toHaveLength(2)
  })
})

describe('requests that are committed together', () => {
  it('do not suffer from one that is refused, nor from one that the database cannot keep', async () => {
    const writer = openWriter()
    await write(writer, 'together', put('first'))
    const settled = await Promise.allSettled([
      write(writer, 'together', put('good')),
      write(writer, 'together', count('nobody', 1)),
      // the edge refuses U+0000; a writer that is handed it all the same must not take the others down
      write(writer, 'together', put('bad', 'a\u0000')),
      write(writer, 'together', put('good too')),
    ])
    expect(
      settled.map((result) => (result.status === 'fulfilled' ? result.value.status : 'rejected')),
    ).toEqual([...['applied', 'refused', 'rejected', 'applied']])
    expect((await logOf('together')).map(({ entity_id }) => entity_id)).toEqual([
      null,
      'first',
      'good',
      'good too',
    ])
  })

  it('keep their order when connections are cut: what waited behind a cut request is cut off too', async () => {
    const writer = openWriter()
    await write(writer, 'cut', put('e'))
    let waiting = Array.from({ length: 1_500 }, (_, n) => ({
      command: count('e', n + 1),
      requestId: `cut-${n}`,
    }))
    let cuts = 0
    while (waiting.length > 0) {
      // handed over in order without waiting for answers, as the drain of the overflow does
      const handed = waiting
        .slice(0, 30)
        .map(({ command, requestId }) => write(writer, 'cut', command, requestId))
      const [settled] = await Promise.all([Promise.allSettled(handed), cutConnections(waiting.length % 7)])
      const failed = settled.findIndex(({ status }) => status === 'rejected')
      const rest = failed < 0 ? [] : settled.slice(failed)
      expect(
        rest.every((result) => result.status === 'rejected' && isDatabaseUnavailable(result.reason)),
      ).toBe(true)
      if (failed >= 0) cuts++
      waiting = waiting.slice(settled.length - rest.length)
    }
    expect(cuts).toBeGreaterThan(0)
    const counts = (await logOf('cut')).slice(2).map(({ data }) => data.changes[0].newValue)
    expect(counts).toEqual(Array.from({ length: 1_500 }, (_, n) => n + 1))
  })
})

/** Ends the writers' connections after so many round trips, as a failover does; not every time. */
const cutConnections = async (roundTrips: number): Promise<void> => {
  if (roundTrips === 6) return
  for (let n = 0; n < roundTrips; n++) await admin.query('SELECT')
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-writer'`,
  )
}
