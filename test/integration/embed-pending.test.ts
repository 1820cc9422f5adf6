import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { embedPending } from '#chronicle/embedding/embed-pending'
import { type Embedder, EmbeddingFailed } from '#chronicle/embedding/embedder'
import { createHashingEmbedder } from '#chronicle/embedding/hashing-embedder'
import { searchByVector } from '#chronicle/embedding/search-by-vector'
import { inTenantTransaction } from '#platform/postgres/pool'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { putStory } from '../support/story-events.ts'

let database: TestDatabase
let admin: pg.Client
let background: pg.Pool
let app: pg.Pool
const hashing = createHashingEmbedder()

/** The hashing embedder, which counts its texts and may fail at one of them. */
const counting = (failAt = Number.POSITIVE_INFINITY): Embedder & { texts: string[] } => {
  const texts: string[] = []
  return {
    ...hashing,
    texts,
    embed: async (asked) => {
      if (texts.length + asked.length > failAt) throw new EmbeddingFailed('embedder-busy', 'too many')
      texts.push(...asked)
      return hashing.embed(asked)
    },
  }
}

const tell = (worldId: string, from: number, count: number, perSeq = 1, more: object = {}) =>
  putStory(
    admin,
    Array.from({ length: count }, (_, n) => ({
      ...{ worldId, tenantId: 'ours', eventId: `e${from + n}`, seq: 1 + Math.floor((from + n) / perSeq) },
      ...{ summary: `lamp ${from + n} is lit`, ...more },
    })),
  )

const vectors = async (worldId: string) =>
  (
    await admin.query(
      'SELECT event_id, version, tenant_id FROM chronicle_embeddings WHERE world_id = $1 ORDER BY 1',
      [worldId],
    )
  ).rows

const find = async (worldId: string, text: string): Promise<string[]> => {
  const [vector] = await hashing.embed([text])
  const search = { vector: vector!, embedder: hashing.name, limit: 1 }
  const { hits } = await inTenantTransaction(app, 'ours', (client) => searchByVector(client, worldId, search))
  return hits.map(({ eventId }) => eventId)
}

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  background = database.pool('orrery_background')
  app = database.pool('orrery_app')
})

afterAll(async () => {
  await admin?.end()
  await database?.drop()
})

it('embeds what has no vector, once, and then what is new', async () => {
  const worldId = randomUUID()
  const embedder = counting()
  const run = () => embedPending({ pool: background, embedder }, worldId, { batchEvents: 7 })
  expect(await run()).toEqual({ embedded: 0, removed: 0, isDone: true })
  await tell(worldId, 0, 25, 10)
  expect(await run()).toEqual({ embedded: 25, removed: 0, isDone: true })
  expect(await run()).toEqual({ embedded: 0, removed: 0, isDone: true })
  await tell(worldId, 30, 2)
  expect(await run()).toMatchObject({ embedded: 2 })
  expect(embedder.texts).toHaveLength(27)
  expect(await find(worldId, 'lamp 17 is lit')).toEqual(['e17'])
})

it('embeds a changed event again, and drops the vector of one that is retracted', async () => {
  const worldId = randomUUID()
  const embedder = counting()
  await tell(worldId, 0, 3)
  await embedPending({ pool: background, embedder }, worldId)
  await tell(worldId, 1, 1, 1, { version: 2, seq: 10, summary: 'a ship sinks off the coast' })
  await tell(worldId, 2, 1, 1, { version: 2, seq: 11, retracted: true })
  expect(await find(worldId, 'a ship sinks off the coast')).toEqual(['e0'])
  expect(await embedPending({ pool: background, embedder }, worldId)).toMatchObject({
    embedded: 1,
    removed: 1,
  })
  expect(await vectors(worldId)).toEqual([
    { event_id: 'e0', version: 1, tenant_id: 'ours' },
    { event_id: 'e1', version: 2, tenant_id: 'ours' },
  ])
  expect(await find(worldId, 'a ship sinks off the coast')).toEqual(['e1'])
})

it('goes on where a failure stopped it, in the midst of the events of one seq', async () => {
  const worldId = randomUUID()
  await tell(worldId, 0, 40, 100)
  const failing = counting(20)
  const run = (embedder: Embedder) =>
    embedPending({ pool: background, embedder }, worldId, { batchEvents: 10 })
  await expect(run(failing)).rejects.toMatchObject({ code: 'embedder-busy' })
  expect(await vectors(worldId)).toHaveLength(20)
  const rest = counting()
  expect(await run(rest)).toMatchObject({ embedded: 20, isDone: true })
  expect(rest.texts).toHaveLength(20)
  expect(await vectors(worldId)).toHaveLength(40)
})

it('looks at no more events than it may, and says that there may be more', async () => {
  const worldId = randomUUID()
  await tell(worldId, 0, 30)
  const context = { pool: background, embedder: counting() }
  expect(await embedPending(context, worldId, { maxEvents: 20, batchEvents: 8 })).toMatchObject({
    ...{ embedded: 20, isDone: false },
  })
  expect(await embedPending(context, worldId, { maxEvents: 20, batchEvents: 8 })).toMatchObject({
    ...{ embedded: 10, isDone: true },
  })
})

it('is the same by many at once', async () => {
  const worldId = randomUUID()
  await tell(worldId, 0, 60, 7)
  const context = { pool: background, embedder: counting() }
  await Promise.all([1, 2, 3].map(() => embedPending(context, worldId, { batchEvents: 9 })))
  expect(await vectors(worldId)).toHaveLength(60)
  expect(await embedPending(context, worldId)).toEqual({ embedded: 0, removed: 0, isDone: true })
})

it('lets the API read vectors and not write them', async () => {
  const forbidden = inTenantTransaction(app, 'ours', (client) =>
    client.query('DELETE FROM chronicle_embeddings'),
  )
  await expect(forbidden).rejects.toMatchObject({ code: '42501' })
})
