import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embedPending } from '#chronicle/embedding/embed-pending'
import { createHashingEmbedder } from '#chronicle/embedding/hashing-embedder'
import { searchByVector } from '#chronicle/embedding/search-by-vector'
import { bytesStore } from '#chronicle/embedding/vector-store/bytes'
import { pgvectorStore } from '#chronicle/embedding/vector-store/pgvector'
import { vectorStoreOf } from '#chronicle/embedding/vector-store/vector-store-of'
import { migrate } from '#platform/postgres/migrate'
import { createPool, inTenantTransaction, inTransaction } from '#platform/postgres/pool'
import { ensureRoles } from '#platform/postgres/roles'
import { createTestDatabase } from '../support/database.ts'
import { startPglite } from '../support/pglite.ts'
import { putStory } from '../support/story-events.ts'
import { describeVectorStore, type VectorDatabase } from './vector-store-suite.ts'

const openPostgres = async (): Promise<VectorDatabase> => {
  const database = await createTestDatabase()
  const [app, background] = [database.pool('orrery_app'), database.pool('orrery_background')]
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 1 })
  // the database may be dropped under a connection that nobody uses
  admin.on('error', () => {})
  return {
    admin: (work) => inTransaction(admin, work),
    background: (work) => inTransaction(background, work),
    app: (tenantId, work) => inTenantTransaction(app, tenantId, work),
    close: async () => {
      await admin.end()
      await database.drop()
    },
  }
}

/** One session, which takes the roles in turn. */
const openPglite = async (): Promise<VectorDatabase & { pool: pg.Pool }> => {
  const server = await startPglite()
  const bootstrap = new pg.Client({ connectionString: server.url })
  await bootstrap.connect()
  await ensureRoles(bootstrap, { password: 'unused' })
  await bootstrap.end()
  await migrate({ connectionString: server.url })
  const pool = createPool({ connectionString: server.url, applicationName: 'test', max: 1 })
  const as =
    (role: string) =>
    <T>(work: (client: pg.ClientBase) => Promise<T>, tenantId = '') =>
      inTenantTransaction(pool, tenantId, async (client) => {
        await client.query(`SET LOCAL ROLE ${role}`)
        return work(client)
      })
  return {
    pool,
    admin: as('postgres'),
    background: as('orrery_background'),
    app: (tenantId, work) => as('orrery_app')(work, tenantId),
    close: async () => {
      await pool.end()
      await server.stop()
    },
  }
}

describeVectorStore('bytes, on PostgreSQL', bytesStore(), openPostgres)
describeVectorStore('pgvector, on PGlite', pgvectorStore(), openPglite)

describe('which store a database has', () => {
  it('is bytes where PostgreSQL has no pgvector', async () => {
    const database = await openPostgres()
    const store = await database.app('ours', vectorStoreOf)
    expect(store.nearest.toString()).toBe(bytesStore().nearest.toString())
    await database.close()
  })
})

describe('bytes', () => {
  it('compares the newest of the story where there are too many, and says so', async () => {
    const database = await openPostgres()
    const worldId = randomUUID()
    const embedder = createHashingEmbedder()
    const rows = Array.from({ length: 30 }, (_, n) => ({
      ...{
        worldId,
        tenantId: 'ours',
        eventId: `e${String(n).padStart(2, '0')}`,
        seq: n,
        summary: 'the same words',
      },
      toldAt: `1204-04-12T00:00:00.0${String(n).padStart(2, '0')}Z`,
    }))
    await database.admin((client) => putStory(client, rows))
    const [vector] = await embedder.embed(['the same words'])
    const vectors = rows.map(({ eventId, seq, toldAt }) => ({
      ...{ chronicleId: 'c', eventId, version: 1, seq, toldAtMs: Date.parse(toldAt), vector: vector! },
    }))
    await database.background((client) => bytesStore().put(client, worldId, embedder.name, vectors))
    const search = { vector: vector!, embedder: embedder.name, limit: 100 }
    const find = (searched: number) =>
      database.app('ours', (client) => searchByVector(client, worldId, search, bytesStore(searched)))
    const { hits, isComplete } = await find(10)
    expect(isComplete).toBe(false)
    expect(hits.map(({ eventId }) => eventId)).toEqual(rows.slice(20).map(({ eventId }) => eventId))
    expect((await find(30)).isComplete).toBe(true)
    expect((await find(29)).isComplete).toBe(false)
    await database.close()
  })
})

describe('pgvector', () => {
  let database: Awaited<ReturnType<typeof openPglite>>
  const embedder = createHashingEmbedder()
  const worldId = randomUUID()
  const search = async (exactUpTo: number) => {
    const [vector] = await embedder.embed(['the keeper of lamp 7'])
    const asked = { vector: vector!, embedder: embedder.name, limit: 5 }
    return database.app('ours', (client) => searchByVector(client, worldId, asked, pgvectorStore(exactUpTo)))
  }

  beforeAll(async () => {
    database = await openPglite()
    const rowsOf = (world: string, tenantId: string, count: number) =>
      Array.from({ length: count }, (_, n) => ({
        ...{
          worldId: world,
          tenantId,
          eventId: `e${n}`,
          seq: n + 1,
          summary: `the keeper of lamp ${n} in house ${n * n}`,
        },
      }))
    const other = randomUUID()
    await database.admin((client) => putStory(client, rowsOf(worldId, 'ours', 200)))
    await database.admin((client) => putStory(client, rowsOf(other, 'theirs', 600)))
    for (const world of [worldId, other]) await embedPending({ pool: database.pool, embedder }, world)
  })
  afterAll(() => database?.close())

  it('is what such a database has', async () => {
    const store = await database.app('ours', vectorStoreOf)
    expect(store.nearest.toString()).toBe(pgvectorStore().nearest.toString())
  })

  it('finds by its index what it finds without, in a world among others', async () => {
    const exact = await search(1_000)
    expect(exact.hits[0]!.eventId).toBe('e7')
    const byIndex = await search(0)
    expect(byIndex.hits.map(({ eventId }) => eventId)).toEqual(exact.hits.map(({ eventId }) => eventId))
  })

  it('can use its index for the query of a large world', async () => {
    const plan = await database.app('ours', async (client) => {
      await client.query('RESET ROLE; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off')
      const { rows } = await client.query(
        `EXPLAIN SELECT event_id FROM chronicle_embeddings v WHERE vector_dims(v.vector) = 256
         ORDER BY v.vector::vector(256) <=> array_fill(0.0625::real, ARRAY[256])::vector::vector(256) LIMIT 5`,
      )
      return JSON.stringify(rows)
    })
    expect(plan).toContain('chronicle_embeddings_nearest_256')
  })

  it('stays as it is where it is asked to turn to pgvector again', async () => {
    const { rows } = await database.pool.query('SELECT chronicle_use_pgvector() AS used')
    expect(rows).toEqual([{ used: true }])
  })
})
