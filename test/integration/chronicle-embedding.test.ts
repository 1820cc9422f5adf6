import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEmbedding } from '#chronicle/embedding/embed-worlds'
import { type Embedder, EmbeddingFailed } from '#chronicle/embedding/embedder'
import { createHashingEmbedder } from '#chronicle/embedding/hashing-embedder'
import { searchByVector } from '#chronicle/embedding/search-by-vector'
import { ringChronicleSweep } from '#chronicle/projection/bells'
import { type BellContext, serveChronicleBells } from '#chronicle/projection/serve-bells'
import { inTenantTransaction } from '#platform/postgres/pool'
import { createQueue, type LocalSqs, startLocalSqs } from '#platform/queue/local-sqs'
import type { Queue } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { Metrics } from '#platform/telemetry/metrics'
import { createDoorbellRinger } from '#relay/doorbell'
import { startTestApi, type TestApi } from '../support/api.ts'
import { type ChronicleHarness, startChronicleHarness, told } from '../support/chronicle-harness.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let harness: ChronicleHarness
let sqs: LocalSqs
let client: ReturnType<typeof createSqsClient>
let queue: Queue
let api: TestApi
let app: ReturnType<TestDatabase['pool']>
let nowMs = 0
let failure: EmbeddingFailed | undefined
const counted = new Map<string, number>()
const hashing = createHashingEmbedder()

/** The hashing embedder, away while `failure` says so. */
const embedder: Embedder = {
  ...hashing,
  embed: async (texts) => {
    if (failure !== undefined) throw failure
    return hashing.embed(texts)
  },
}

const metrics: Metrics = {
  count: (name, by: number, ..._labels) => void counted.set(name, (counted.get(name) ?? 0) + by),
  gauge: () => {},
  observe: () => {},
}

const contextOf = (): BellContext => {
  const { pool, log } = harness.context
  const embedding = createEmbedding({ pool, embedder, log, metrics, nowMs: () => nowMs })
  return { ...harness.context, queue, metrics, embedding }
}

beforeAll(async () => {
  database = await createTestDatabase()
  harness = startChronicleHarness(database)
  app = database.pool('orrery_app')
  sqs = await startLocalSqs()
  client = createSqsClient({ endpoint: sqs.endpoint, region: 'us-east-1' })
  queue = sqsQueue(client, await createQueue(client, 'chronicle'))
  const chronicle = createDoorbellRinger({ queue, now: () => performance.now() })
  api = await startTestApi(database.url('orrery_app'), { chronicle, embedder })
})

afterAll(async () => {
  await api?.stop()
  await harness?.close()
  client?.destroy()
  await sqs?.stop()
  await database?.drop()
})

beforeEach(() => {
  failure = undefined
  counted.clear()
})

const story = [
  ['storm', 'A storm sank two ships off the northern harbour'],
  ['wedding', 'The baker married the daughter of the miller'],
  ['lamp', 'The keeper lit the lamp of the lighthouse'],
].map(([id, summary]) =>
  told({ id: id!, summary: summary!, actors: [{ name: 'Ada', entityType: 'Character', role: 'agent' }] }),
)

const tell = async (world: string): Promise<string> => {
  const answer = await api.call('POST', `/api/chronicles/saga/events?world=${world}`, { events: story })
  expect(answer.status).toBeLessThan(300)
  return idOf(world)
}

const idOf = async (world: string): Promise<string> => {
  const text = 'SELECT world_id FROM worlds WHERE name = $1'
  return (await harness.admin.query<{ world_id: string }>(text, [world])).rows[0]!.world_id
}

/** Rings for one world, as one message. */
const serve = async (context: BellContext, body: object) => {
  const message = { messageId: 'm', body: JSON.stringify(body), receiveCount: 1, handle: 'none' }
  return serveChronicleBells(context, [message as never])
}

const find = async (worldId: string, text: string): Promise<string[]> => {
  const [vector] = await hashing.embed([text])
  const search = { vector: vector!, embedder: hashing.name, limit: 1 }
  const { hits } = await inTenantTransaction(app, 'local', (one) => searchByVector(one, worldId, search))
  return hits.map(({ eventId }) => eventId)
}

const lagOf = async (world: string): Promise<number> =>
  (await api.call('GET', `/api/chronicles/projection?world=${world}`)).body.lag

describe('what is told over the API', () => {
  it('is found by words like its own, once its world has been projected', async () => {
    const worldId = await tell('found')
    expect(await find(worldId, 'stormy weather sinking a ship')).toEqual([])
    expect(await serve(contextOf(), { worldId })).toEqual([])
    expect(await lagOf('found')).toBe(0)
    expect(await find(worldId, 'stormy weather sinking a ship')).toEqual(['storm'])
    expect(await find(worldId, 'who marries the bakers')).toEqual(['wedding'])
    expect(counted.get('orrery_chronicle_embedded_events_total')).toBe(3)
    await serve(contextOf(), { worldId })
    expect(counted.get('orrery_chronicle_embedded_events_total')).toBe(3)
  })

  it('is found in a fork as well, by vectors of its own', async () => {
    const worldId = await tell('trunk')
    await serve(contextOf(), { worldId })
    const made = await api.call('POST', '/admin/fork', { world: 'trunk', name: 'branch' })
    expect(made.status).toBeLessThan(300)
    const forkId = await idOf('branch')
    expect(await find(forkId, 'stormy weather')).toEqual([])
    await serve(contextOf(), { worldId: forkId })
    expect(await find(forkId, 'stormy weather')).toEqual(['storm'])
    const gone = { reason: 'it was calm' }
    await api.call('DELETE', '/api/chronicles/saga/events/storm?world=branch', gone)
    await serve(contextOf(), { worldId: forkId })
    expect(await find(forkId, 'a storm sank two ships')).not.toEqual(['storm'])
    expect(await find(worldId, 'a storm sank two ships')).toEqual(['storm'])
  })
})

describe('a question', () => {
  const ask = async (question: string, more: object = {}) => {
    const path = '/api/chronicles/saga/ask-context?world=asked'
    const { status, body } = await api.call('POST', path, { question, ...more })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body.search).toEqual(['text', 'vectors'])
    return body.events.map(({ eventId }: { eventId: string }) => eventId)
  }

  const gift = (id: string, summary: string, causedBy: string[] = []) =>
    told({
      ...{ id, summary, causality: { causedBy, causes: [] } },
      actors: [{ entityId: 'ada', name: 'Ada', entityType: 'Character', role: 'agent' }],
    })

  beforeAll(async () => {
    const events = [
      ...story,
      gift('lantern', 'Ada gave the silver lantern to the keeper'),
      gift('key', 'Ada gave the silver key to the miller', ['lantern']),
    ]
    await api.call('POST', '/api/chronicles/saga/events?world=asked', { events })
    await serve(contextOf(), { worldId: await idOf('asked') })
  })

  it('means its quotes and exclusions, for vectors and for what is beside the events as well', async () => {
    expect(await ask('Ada gave the silver lantern')).toEqual(expect.arrayContaining(['lantern', 'key']))
    expect(await ask('gave silver -lantern')).toEqual(['key'])
    expect(await ask('"silver lantern"')).toEqual(['lantern'])
    expect(await ask('"lantern silver"')).toEqual([])
    expect(await ask('gave -lantern', { entities: ['ada'] })).toEqual(['key'])
  })

  it('finds what is alike by vectors, and nothing rather than what has nothing to do with it', async () => {
    // by a word that is alike in neither names nor keywords
    expect(await ask('lighthouses lamps keepers')).toContain('lamp')
    for (const nonsense of ['qwertyuiop', 'xyzzy plugh', 'zzz']) expect(await ask(nonsense)).toEqual([])
  })
})

describe('while the embedder is away', () => {
  it('projects all the same, and has vectors when it is back', async () => {
    const worldId = await tell('away')
    const context = contextOf()
    failure = new EmbeddingFailed('embedder-busy', 'too many requests')
    expect(await serve(context, { worldId })).toEqual([])
    expect(await lagOf('away')).toBe(0)
    expect((await api.call('GET', '/worlds/away/entities')).body.entities).toHaveLength(1)
    expect(counted.get('orrery_chronicle_embedding_failures_total')).toBe(1)

    // it is not asked again at once, neither by a bell
    failure = undefined
    await serve(context, { worldId })
    expect(await find(worldId, 'stormy weather')).toEqual([])
    nowMs += 60_000
    await serve(context, { worldId })
    expect(await find(worldId, 'stormy weather')).toEqual(['storm'])
  })

  it('is rung for by the sweep until everything is embedded', async () => {
    const worldId = await tell('swept')
    await serve({ ...contextOf(), embedding: undefined }, { worldId })
    expect(await lagOf('swept')).toBe(0)
    const rung: string[] = []
    const context = contextOf()
    const listening: BellContext = {
      ...context,
      queue: { ...queue, send: async ({ body }) => void rung.push(body) },
    }
    await ringChronicleSweep(listening.queue)
    await serve(listening, JSON.parse(rung.pop()!))
    expect(rung.some((body) => body.includes(worldId))).toBe(true)
    await serve(context, { worldId })
    rung.length = 0
    await serve(listening, { sweep: true })
    expect(rung.some((body) => body.includes(worldId))).toBe(false)
  })

  it('goes on by a bell of its own where there is more than a turn has time for', async () => {
    const worldId = await tell('long')
    const rung: string[] = []
    const context = {
      ...contextOf(),
      queue: { ...queue, send: async ({ body }: { body: string }) => void rung.push(body) },
    }
    const message = { messageId: 'm', body: JSON.stringify({ worldId }), receiveCount: 1, handle: 'none' }
    expect(await serveChronicleBells(context, [message as never], () => false)).toEqual([])
    expect(rung).toEqual([JSON.stringify({ worldId })])
  })
})
