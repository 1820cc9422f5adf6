import { randomUUID } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findNamed } from '#chronicle/projection/postgres/find-named'
import { createPool, inTransaction } from '#platform/postgres/pool'
import { createWorldWriter, writerPoolOptions } from '#world/writer'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { entity } from '../support/physics-events.ts'

let database: TestDatabase
const worldIds: Record<string, string> = {}
const long = 'n'.repeat(220)
const names = ['Gandalf', 'GANDALF', 'Gandalf the Grey', 'Жанна', 'ЖАННА Д’АРК', '?', 'Ganesha', 'gand', long]

beforeAll(async () => {
  database = await createTestDatabase()
  const pool = createPool({
    ...{ ...writerPoolOptions, connectionString: database.url('orrery_app'), applicationName: 'test-writer' },
  })
  const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
  const { write } = createWorldWriter({ pool, doorbell, now: () => new Date(), newId: uuidv7 })
  for (const world of ['one', 'other']) {
    const commands = names.map((name, index) => ({
      kind: 'put-entity' as const,
      entity: { ...entity(`${world}-${index}`, [0, 0, 0]), name },
    }))
    const outcome = await write({ tenantId: 'local', world, requestId: randomUUID(), commands })
    if (outcome.status === 'applied') worldIds[world] = outcome.worldId
  }
  await pool.end()
})

afterAll(() => database?.drop())

it.each([
  [['gandalf'], ['Gandalf', 'GANDALF']],
  [
    ['gandalf', 'GanDalf', 'GANDALF THE GREY', 'nobody'],
    ['Gandalf', 'GANDALF', 'Gandalf the Grey'],
  ],
  [
    ['жанна', 'Жанна д’Арк'],
    ['Жанна', 'ЖАННА Д’АРК'],
  ],
  [['?', '!'], ['?']],
  [['ganda', 'Gandalf '], []],
  [[long.toUpperCase()], [long]],
])('%j has what the world has of it', async (wanted, expected) => {
  const found = await inTransaction(database.pool('orrery_background'), (client) =>
    findNamed(client, worldIds.one!, wanted),
  )
  expect(found.map(({ name }) => name).sort()).toEqual(expected.toSorted())
  expect(found.every(({ entityId }) => entityId.startsWith('one-'))).toBe(true)
})
