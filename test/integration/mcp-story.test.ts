import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectWorld } from '#chronicle/projection/project-world'
import { startTestApi, type TestApi } from '../support/api.ts'
import { type ChronicleHarness, startChronicleHarness } from '../support/chronicle-harness.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { smallStory } from '../support/small-story.ts'

let database: TestDatabase
let harness: ChronicleHarness
let api: TestApi
let client: Client
/** The world's seq when the first 18 events were told and projected. */
let middle: number

beforeAll(async () => {
  database = await createTestDatabase()
  harness = startChronicleHarness(database)
  api = await startTestApi(database.url('orrery_app'))
  client = new Client({ name: 'test', version: '1.0.0' })
  const requestInit = { headers: { 'x-world': 'village' } }
  await client.connect(new StreamableHTTPClientTransport(new URL(`${api.url}/mcp`), { requestInit }))
  await tell(smallStory.slice(0, 18))
  middle = (await api.call('GET', '/worlds/village')).body.seq
  await tell(smallStory.slice(18))
})

afterAll(async () => {
  await client?.close()
  await api?.stop()
  await harness?.close()
  await database?.drop()
})

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the test expects it to be
type Content = any

const ask = async (name: string, args: Record<string, unknown> = {}): Promise<Content> => {
  const result = await client.callTool({ name, arguments: args })
  expect(result.isError ?? false, JSON.stringify(result.content)).toBe(false)
  return result.structuredContent
}

const refusal = async (name: string, args: Record<string, unknown>): Promise<Content> => {
  const result = await client.callTool({ name, arguments: args })
  expect(result.isError).toBe(true)
  return result.structuredContent
}

const tell = async (events: typeof smallStory): Promise<void> => {
  await ask('record_events', { chronicle: 'saga', events, inPlace: true })
  const { worldId } = (await api.call('GET', '/worlds/village')).body
  expect(await projectWorld(harness.context, worldId)).toMatchObject({ state: 'done' })
}

const saga = { chronicle: 'saga' }
const idsOf = (list: { id?: string; entityId?: string; eventId?: string }[]) =>
  list.map(({ id, entityId, eventId }) => eventId ?? entityId ?? id)

describe('a story that is told by a tool and projected', () => {
  it('is asked the named questions', async () => {
    const at = { place: 'mill', of: 'ada' }
    const there = await ask('characters_at_place', { ...at, over: 0.25, class: 'Character' })
    expect(there).toMatchObject({ source: 'ecs', degraded: false })
    expect(idsOf(there.characters)).toEqual(['dot', 'cy'])
    expect(idsOf((await ask('characters_at_place', { ...at, asOf: middle })).characters)).toEqual([
      'dot',
      'bo',
    ])
    const from = await ask('characters_at_place', { ...at, direction: 'from', type: 'trust', radius: 1 })
    expect(idsOf(from.characters)).toEqual(['dot'])

    const changes = { a: 'ada', b: 'bo', type: 'trust', limit: 2 }
    expect(idsOf((await ask('relationship_changes', changes)).changes)).toEqual(['e08', 'e09'])
    expect(idsOf((await ask('item_holders', { item: 'silver ring' })).holders)).toEqual([
      ...['ada', 'bo', 'cy', 'ada'],
    ])
    const range = { from: '2020-03-07T00:00:00Z', to: '2020-03-12T23:00:00Z' }
    const happened = await ask('what_happened', { entity: 'bo', ...range })
    expect(idsOf(happened.events)).toEqual(['e11', 'e17', 'e18', 'e19'])
    expect(happened.entity).toMatchObject({ status: 'dead' })
    const present = await ask('present_at', { ...saga, event: 'e20' })
    expect(idsOf(present.present)).toEqual(['cy', 'bo', 'inn'])
    const within = await ask('within_of_event', { ...saga, event: 'e20', radius: 3 })
    expect(idsOf(within.entities)).toEqual(['cy', 'inn', 'bo'])
  })

  it('is read as graphs, lists and timelines, in pages', async () => {
    const first = await ask('chronicle_entities', { ...saga, limit: 4 })
    expect(idsOf(first.entities)).toEqual(['ada', 'bo', 'cy', 'dot'])
    const second = await ask('chronicle_entities', { ...saga, limit: 4, cursor: first.nextCursor })
    expect(idsOf(second.entities)).toEqual(['eli', 'guild', 'inn', 'mill'])
    const graph = await ask('chronicle_relationships', { ...saga, type: 'trust', minStrength: 0.5 })
    expect(graph.edges).toMatchObject([
      { sourceId: 'cy', targetId: 'ada', strength: 0.625, events: [{ eventId: 'e13' }] },
      { sourceId: 'dot', targetId: 'ada', strength: 0.875, events: [{ eventId: 'e12' }] },
    ])
    const about = await ask('chronicle_relationships', { ...saga, entity: 'bo', limit: 1, asOf: middle })
    expect(about.edges).toHaveLength(1)
    expect(about.nextCursor).toBeDefined()
    const contradicted = await ask('chronicle_consistency', { ...saga, entity: 'bo', limit: 5 })
    expect(contradicted.contradictions).toMatchObject([{ rule: 'acts-after-end', entityId: 'bo' }])
    const causes = await ask('event_causes', { ...saga, event: 'e11', depth: 1 })
    expect(causes.edges).toEqual([{ cause: 'e10', effect: 'e11' }])
    const effects = await ask('event_causes', {
      ...saga,
      event: 'e08',
      direction: 'down',
      depth: 2,
      limit: 9,
    })
    expect(idsOf(effects.events)).toEqual(expect.arrayContaining(['e10', 'e11']))
    const found = await ask('chronicle_events', { ...saga, q: 'killed', source: 'test', modality: 'actual' })
    expect(idsOf(found.events)).toContain('e20')
    expect(
      idsOf((await ask('chronicle_events', { ...saga, q: 'killed', asOf: middle })).events),
    ).not.toContain('e20')
    const timeline = await ask('timeline', { id: 'bo', limit: 5 })
    expect(idsOf(timeline.events)).toEqual(['e02', 'e04', 'e08', 'e09', 'e10'])
    const rest = await ask('timeline', { id: 'bo', limit: 5, cursor: timeline.nextCursor })
    expect(idsOf(rest.events)[0]).toBe('e11')
    const then = await ask('timeline', { id: 'bo', from: '2020-03-07T00:00:00Z', asOf: middle })
    expect(idsOf(then.events)).not.toContain('e20')
  })

  it('gives a question its context, within a budget and with citations', async () => {
    const bundle = await ask('ask_context', {
      ...{ ...saga, question: 'Who killed Bo?', tokenBudget: 2_000, entities: ['ada'], radius: 5 },
    })
    expect(idsOf(bundle.events)).toContain('e20')
    expect(bundle.tokens).toBeLessThanOrEqual(2_000)
    expect(bundle.citations).toContainEqual({ chronicleId: 'saga', eventId: 'e20', seq: expect.any(Number) })
    const asked = { ...saga, question: 'killed', asOf: middle, from: '2020-03-01T00:00:00Z' }
    expect(idsOf((await ask('ask_context', asked)).events)).not.toContain('e20')
    const to = '2020-03-02T00:00:00Z'
    expect(idsOf((await ask('ask_context', { ...saga, question: 'killed', to })).events)).not.toContain('e20')
  })

  it('answers queries of its entities, now and then', async () => {
    const query = 'class = "Character" and ->trust(min 0.5) of "ada"'
    const now = await ask('query', { query })
    expect(idsOf(now.entities).sort()).toEqual(['cy', 'dot'])
    const page = await ask('query', { query, limit: 1 })
    const next = await ask('query', { query, limit: 1, cursor: page.cursor })
    expect(idsOf([...page.entities, ...next.entities]).sort()).toEqual(['cy', 'dot'])
    const dead = { query: { where: { op: '=', path: 'Status.state', value: 'dead' }, count: true } }
    expect(await ask('query', dead)).toMatchObject({ count: 1 })
    expect(await ask('query', { ...dead, asOf: middle })).toMatchObject({ seq: middle, count: 0 })
    expect((await ask('query', { query, explain: true })).explain.steps.length).toBeGreaterThan(0)
    const wrong = await refusal('query', { query: 'Health.current <' })
    expect(wrong).toMatchObject({ status: 400, errors: [{ field: 'query' }] })
    expect(wrong.errors[0].message).toMatch(/line 1/)
  })

  it('refuses what cannot be asked, by the name of the argument', async () => {
    const fields = async (name: string, args: Record<string, unknown>) =>
      (await refusal(name, args)).errors.map(({ field }: { field: string }) => field)
    expect(await fields('within_of_event', { ...saga, event: 'e20', radius: -1 })).toEqual(['radius'])
    expect(await fields('what_happened', { entity: 'bo', from: 'yesterday' })).toEqual(['from'])
    expect(await fields('ask_context', { ...saga, question: 'x', tokenBudget: 99 })).toEqual(['tokenBudget'])
    expect((await refusal('present_at', { ...saga, event: 'e99' })).status).toBe(404)
    expect((await refusal('chronicle_consistency', { chronicle: 'none' })).status).toBe(404)
    expect((await refusal('timeline', { id: 'nobody' })).status).toBe(404)
  })
})
