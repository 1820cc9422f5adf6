import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectWorld } from '#chronicle/projection/project-world'
import { charactersAtPlace } from '#chronicle/questions/characters-at-place'
import { chronicleEntities } from '#chronicle/questions/chronicle-entities'
import { ecsSource } from '#chronicle/questions/ecs-source'
import { chronicleSource } from '#chronicle/questions/from-chronicle'
import { itemHolders } from '#chronicle/questions/item-holders'
import { presentAt } from '#chronicle/questions/present-at'
import { relationshipChanges } from '#chronicle/questions/relationship-changes'
import { relationshipGraph } from '#chronicle/questions/relationship-graph'
import type { QuestionSource } from '#chronicle/questions/source'
import { whatHappened } from '#chronicle/questions/what-happened'
import { withinOfEvent } from '#chronicle/questions/within-of-event'
import { chronicleSettings } from '#chronicle/settings'
import { inTenantTransaction } from '#platform/postgres/pool'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import { type ChronicleHarness, startChronicleHarness, told } from '../support/chronicle-harness.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { storyEvent } from '../support/random-story.ts'
import { smallStory } from '../support/small-story.ts'

let database: TestDatabase
let harness: ChronicleHarness
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  harness = startChronicleHarness(database)
  api = await startTestApi(database.url('orrery_app'))
})

afterAll(async () => {
  await api?.stop()
  await harness?.close()
  await database?.drop()
})

const worldIdOf = async (name: string): Promise<string> =>
  (await api.call('GET', `/worlds/${name}`)).body.worldId

const post = async (world: string, events: unknown[], chronicle = 'saga'): Promise<void> => {
  const { status, body } = await api.call('POST', `/api/chronicles/${chronicle}/events?world=${world}`, {
    events,
  })
  expect(status, JSON.stringify(body)).toBe(200)
}

/** The story in two parts, projected after each; answers the seq between. */
const tell = async (world: string): Promise<number> => {
  await post(world, smallStory.slice(0, 18))
  const worldId = await worldIdOf(world)
  await projectWorld(harness.context, worldId)
  const { seq } = (await api.call('GET', `/worlds/${world}`)).body
  await post(world, [...smallStory.slice(18)].reverse())
  expect(await projectWorld(harness.context, worldId)).toMatchObject({ state: 'done' })
  return seq
}

const ask = (world: string, path: string): Promise<Answer> =>
  api.call('GET', `/api/${path}${path.includes('?') ? '&' : '?'}world=${world}`)

const context = (world: string, body: object): Promise<Answer> =>
  api.call('POST', `/api/chronicles/saga/ask-context?world=${world}`, body)

const idsOf = (list: { id?: string; eventId?: string; entityId?: string }[]) =>
  list.map(({ id, eventId, entityId }) => eventId ?? entityId ?? id)

describe('questions about a small story', () => {
  let middle: number

  beforeAll(async () => {
    middle = await tell('small')
  })

  it('characters at a place with trust over a bound', async () => {
    const path = 'questions/characters-at-place?place=mill&of=ada'
    const { body } = await ask('small', `${path}&over=0.25&class=Character`)
    expect(body).toMatchObject({ source: 'ecs', degraded: false })
    expect(body.characters.map((one: Answer['body']) => [one.id, one.strength])).toEqual([
      ['dot', 0.875],
      ['cy', 0.625],
    ])
    // bo's trust is 0.25 and no more than the bound; at the middle cy was at the inn
    const all = await ask('small', path)
    expect(idsOf(all.body.characters)).toEqual(['dot', 'cy', 'bo', 'eli'])
    const then = await ask('small', `${path}&asOf=${middle}`)
    expect(idsOf(then.body.characters)).toEqual(['dot', 'bo'])
    const from = await ask('small', `${path}&direction=from`)
    expect(idsOf(from.body.characters)).toEqual(['dot'])
    const near = await ask('small', 'questions/characters-at-place?place=inn&of=ada&radius=90')
    // the inn is where events at it were told to be
    expect(idsOf(near.body.characters)).toEqual(['cy', 'eli'])
  })

  it('names in place of ids, where they mean one', async () => {
    const there = await ask('small', 'questions/characters-at-place?place=the%20MILL&of=Ada&over=0.25')
    expect(idsOf(there.body.characters)).toEqual(['dot', 'cy'])
    const changes = await ask('small', 'questions/relationship-changes?a=Ada&b=Bo')
    expect(idsOf(changes.body.changes)).toEqual(['e08', 'e09', 'e11'])
    expect((await ask('small', 'questions/what-happened?entity=Bo')).body.entity.id).toBe('bo')
    await api.call('PATCH', '/worlds/small/settings', { chronicle: { project: false } })
    const dark = await ask('small', 'questions/characters-at-place?place=the%20MILL&of=Ada&over=0.25')
    expect(dark.body).toMatchObject({ source: 'chronicle', characters: there.body.characters })
    await api.call('PATCH', '/worlds/small/settings', { chronicle: { project: true } })
    const nowhere = await ask('small', 'questions/characters-at-place?place=nowhere&of=Ada')
    expect(nowhere).toMatchObject({ status: 404, body: { errors: [{ field: 'query.place' }] } })
    const missing = await ask('small', 'questions/characters-at-place?place=mill')
    expect(missing.body.errors).toEqual([
      { field: 'query.of', message: 'must be the id of an entity, or its name' },
    ])
    await api.call('PUT', '/worlds/small/entities/bo-2', { name: 'BO' })
    const several = await ask('small', 'questions/what-happened?entity=Bo')
    expect(several).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'query.entity', message: expect.stringContaining("'bo', 'bo-2'") }] },
    })
    await api.call('DELETE', '/worlds/small/entities/bo-2')
  })

  it.each([
    ['POST', '/api/chronicles/saga/ask-context?world=small', { question: 'x', asOf: -1 }],
    ['GET', '/api/questions/what-happened?world=small&entity=bo&asOf=-1', undefined],
    ['POST', '/worlds/small/query', { query: 'Health', asOf: -1 }],
  ])('refuse a seq below 0 and say what it must be: %s %s', async (method, path, body) => {
    const answer = await api.call(method, path, body)
    expect(answer.status).toBe(400)
    expect(answer.body.errors[0].message).toMatch(/^must be a seq.*a whole number of at least 0/)
  })

  it('what changed a relationship', async () => {
    const { body } = await ask('small', 'questions/relationship-changes?a=ada&b=bo')
    expect(body.changes).toMatchObject([
      {
        sourceId: 'ada',
        targetId: 'bo',
        type: 'trust',
        eventId: 'e08',
        change: 0.5,
        before: null,
        after: 0.5,
      },
      { sourceId: 'bo', targetId: 'ada', type: 'trust', eventId: 'e09', change: 0.25, after: 0.25 },
      { sourceId: 'ada', targetId: 'bo', eventId: 'e11', change: -0.75, before: 0.5, after: -0.25 },
    ])
    const other = await ask('small', 'questions/relationship-changes?a=cy&b=guild')
    expect(other.body.changes).toMatchObject([{ type: 'member-of', eventId: 'e15', change: null, after: 1 }])
  })

  it('who has held an item', async () => {
    const { body } = await ask('small', 'questions/item-holders?item=silver%20%20RING')
    const spans = body.holders.map((one: Answer['body']) => [
      one.entityId,
      one.from.eventId,
      one.to?.eventId ?? null,
    ])
    expect(spans).toEqual([
      ['ada', 'e07', 'e10'],
      ['bo', 'e10', 'e18'],
      ['cy', 'e18', 'e25'],
      ['ada', 'e26', null],
    ])
    const then = await ask('small', `questions/item-holders?item=ring&asOf=${middle}`)
    expect(then.body.holders.at(-1)).toMatchObject({ entityId: 'cy', to: null, quantity: 1 })
  })

  it('what happened to somebody, and where they are', async () => {
    const { body } = await ask('small', 'questions/what-happened?entity=bo')
    expect(idsOf(body.events)).toEqual([
      'e02',
      'e04',
      'e08',
      'e09',
      'e10',
      'e11',
      'e17',
      'e18',
      'e19',
      'e20',
      'e21',
      'e30',
    ])
    expect(body.entity).toMatchObject({ status: 'dead', position: [0, 9, 0], location: { placeId: 'mill' } })
    const then = await ask('small', `questions/what-happened?entity=bo&asOf=${middle}`)
    expect(then.body.entity).toMatchObject({ status: 'alive', position: [13, 4, 0] })
    expect(then.body.events.at(-1).eventId).toBe('e18')
    expect((await ask('small', 'questions/what-happened?entity=nobody')).status).toBe(404)
  })

  it('who was present and how they stand', async () => {
    const { body } = await ask('small', 'questions/present-at?chronicle=saga&event=e20')
    expect(body.present).toMatchObject([
      { entityId: 'cy', roles: ['agent'], entity: { location: { placeId: 'mill' } } },
      { entityId: 'bo', roles: ['victim'], entity: { status: 'dead' } },
      { entityId: 'inn', roles: ['place'], entity: { classType: 'Place' } },
    ])
    expect(body.relationships).toEqual([])
    const talk = await ask('small', 'questions/present-at?chronicle=saga&event=e08')
    expect(talk.body.relationships).toEqual([
      { sourceId: 'ada', targetId: 'bo', type: 'trust', strength: -0.25 },
      { sourceId: 'bo', targetId: 'ada', type: 'trust', strength: 0.25 },
    ])
  })

  it('who was within a radius when it happened', async () => {
    const { body } = await ask('small', 'questions/within-of-event?chronicle=saga&event=e20&radius=3')
    expect(body.origin).toEqual([100, 0, 0])
    expect(body.entities.map((one: Answer['body']) => [one.entityId, one.distance])).toEqual([
      ['cy', 0],
      ['inn', 0],
      ['bo', 3],
    ])
    // ada stands at [10, 0, 0] when she loses what she had: bo is 5 away, eli has not come yet
    const talk = await ask('small', 'questions/within-of-event?chronicle=saga&event=e08&radius=5')
    expect(idsOf(talk.body.entities)).toEqual(['ada', 'bo'])
  })

  it('the actors of the chronicle, in pages', async () => {
    const first = await ask('small', 'chronicles/saga/entities?limit=4')
    expect(idsOf(first.body.entities)).toEqual(['ada', 'bo', 'cy', 'dot'])
    const next = /<(.*)>/.exec(first.headers.get('link')!)![1]!
    const second = await api.call('GET', next)
    expect(idsOf(second.body.entities)).toEqual(['eli', 'guild', 'inn', 'mill'])
    const third = await api.call('GET', /<(.*)>/.exec(second.headers.get('link')!)![1]!)
    expect(idsOf(third.body.entities)).toEqual(['ring'])
    expect(third.headers.get('link')).toBeNull()
    const then = await ask('small', `chronicles/saga/entities?asOf=${middle}`)
    expect(idsOf(then.body.entities)).not.toContain('eli')
    expect(then.body.entities[1]).toMatchObject({
      events: 8,
      entity: { components: { Health: { current: 70 } } },
    })
  })

  it('the graph of relationships, with what explains it', async () => {
    const { body } = await ask('small', 'chronicles/saga/relationships?type=trust&minStrength=0.5')
    expect(body.edges).toMatchObject([
      { sourceId: 'cy', targetId: 'ada', strength: 0.625, events: [{ eventId: 'e13', change: 0.625 }] },
      { sourceId: 'dot', targetId: 'ada', strength: 0.875, events: [{ eventId: 'e12' }] },
    ])
    expect(idsOf(body.nodes)).toEqual(['ada', 'cy', 'dot'])
    const seen: string[] = []
    let path: string | undefined = '/api/chronicles/saga/relationships?world=small&limit=3'
    while (path !== undefined) {
      const page: Answer = await api.call('GET', path)
      seen.push(
        ...page.body.edges.map((one: Answer['body']) => `${one.sourceId}-${one.type}-${one.targetId}`),
      )
      path = /<(.*)>/.exec(page.headers.get('link') ?? '')?.[1]
    }
    expect(seen).toEqual(
      ['ada-trust-bo', 'ada-trust-cy', 'ada-trust-dot', 'bo-trust-ada'].concat([
        'cy-trust-ada',
        'cy-member-of-guild',
        'dot-trust-ada',
        'eli-trust-ada',
      ]),
    )
  })

  it('the timeline, with what the log did beside it', async () => {
    await api.call('POST', '/eustress/ingest/entity', {
      ...{
        space_name: 'small',
        entity: { id: 'eli', name: 'Eli', class_name: 'Character', position: [1, 2, 3] },
      },
    })
    const { body } = await ask('small', 'entities/eli/timeline')
    expect(idsOf(body.events)).toEqual(['e23', 'e24'])
    // what the projection did has a chronicle event as its cause
    expect(body.changes).toMatchObject([{ type: 'entity.updated.v1' }])
    const first = await ask('small', 'entities/bo/timeline?limit=5')
    const next = await api.call('GET', /<(.*)>/.exec(first.headers.get('link')!)![1]!)
    expect(idsOf([...first.body.events, ...next.body.events])).toHaveLength(10)
    const ranged = await ask(
      'small',
      'entities/bo/timeline?from=2020-03-07T00:00:00Z&to=2020-03-12T23:00:00Z',
    )
    expect(idsOf(ranged.body.events)).toEqual(['e11', 'e17', 'e18', 'e19'])
  })

  it('what cannot be so', async () => {
    const { body } = await ask('small', 'chronicles/saga/consistency')
    expect(body).toMatchObject({ checked: 30, truncated: false })
    expect(body.contradictions).toMatchObject([
      { rule: 'acts-after-end', entityId: 'bo', events: [{ eventId: 'e20' }, { eventId: 'e30' }] },
    ])
  })

  it('a bundle within its budget, with citations', async () => {
    for (const tokenBudget of [100, 300, 1_000, 8_000]) {
      const { status, body } = await context('small', { question: 'why did Cy kill Bo?', tokenBudget })
      expect(status, JSON.stringify(body)).toBe(200)
      expect(body.tokens).toBeLessThanOrEqual(tokenBudget)
      expect(Math.ceil(Buffer.byteLength(body.text) / 3)).toBe(body.tokens)
    }
    const { body } = await context('small', { question: 'killed', entities: ['ada'], radius: 5 })
    expect(idsOf(body.events).slice(0, 2)).toEqual(['e20', 'e17'])
    expect(body.contradictions).toMatchObject([{ rule: 'acts-after-end' }])
    expect(body.citations).toContainEqual({ chronicleId: 'saga', eventId: 'e20', seq: expect.any(Number) })
    expect(body.surroundings.length).toBeGreaterThan(0)
    for (const { citations } of body.surroundings) expect(citations.length).toBeGreaterThan(0)
    expect(body.text).toContain('killed')
    const then = await context('small', { question: 'killed', asOf: middle })
    expect(idsOf(then.body.events)).not.toContain('e20')
  })
})

describe('whoever was put nowhere', () => {
  const near = (body: Answer['body']) =>
    body.surroundings.map((one: Answer['body']) => [one.of, one.entityId, one.distance])
  const actor = (entityId: string, role: string, entityType = 'Character') => ({
    ...{ entityId, name: entityId, entityType, role },
  })
  const events = [
    told({
      ...{ id: 'a', action: 'moved', summary: 'Ann and the envoy went to the keep' },
      actors: [actor('ann', 'agent'), actor('envoy', 'companion')],
      location: { entityId: 'keep', name: 'Keep', position: [3, 4, 0] },
    }),
    told({
      ...{ id: 'b', action: 'moved', summary: 'Zoe went to the middle of the world' },
      actors: [actor('zoe', 'agent')],
      location: { name: 'Middle', position: [0, 0, 0] },
    }),
  ]

  it('has no position and is near to nobody, with entities or without', async () => {
    await post('nowhere', events)
    await projectWorld(harness.context, await worldIdOf('nowhere'))
    await api.call('PUT', '/worlds/nowhere/entities/rock', { name: 'Rock', position: [3, 4, 1] })
    for (const project of [true, false]) {
      await api.call('PATCH', '/worlds/nowhere/settings', { chronicle: { project } })
      const { body } = await context('nowhere', { question: 'keep', entities: ['ann'], radius: 10 })
      expect(body.source).toBe(project ? 'ecs' : 'chronicle')
      const positions = Object.fromEntries(body.entities.map((one: Answer['body']) => [one.id, one.position]))
      expect(positions).toEqual({ ann: [3, 4, 0], envoy: null, keep: [3, 4, 0] })
      const found = near(body)
      expect(found).toContainEqual(['ann', 'keep', 0])
      // told to be at the origin, which is another thing than nowhere
      expect(found).toContainEqual(['ann', 'zoe', 5])
      expect(found.filter(([, id]: string[]) => id === 'envoy')).toEqual([])
      if (project) expect(found).toContainEqual(['ann', 'rock', 1])
      expect(body.text).toContain('"envoy": "envoy", "Character", position unknown')
      for (const { citations } of body.surroundings)
        expect(citations).toContainEqual({ chronicleId: 'saga', eventId: 'a', seq: expect.any(Number) })
    }
  })
})

describe('without entities', () => {
  it('answers from the chronicle alone and says so', async () => {
    await tell('dark')
    const paths = [
      'questions/characters-at-place?place=mill&of=ada',
      'questions/relationship-changes?a=ada&b=bo',
      'questions/item-holders?item=ring',
      'questions/what-happened?entity=bo',
      'questions/present-at?chronicle=saga&event=e20',
      'questions/within-of-event?chronicle=saga&event=e20&radius=50',
      'chronicles/saga/entities',
      'chronicles/saga/relationships',
      'chronicles/saga/consistency',
    ]
    const before = await Promise.all(paths.map((path) => ask('dark', path)))
    await api.call('PATCH', '/worlds/dark/settings', { chronicle: { project: false } })
    for (const [index, path] of paths.entries()) {
      const { body } = await ask('dark', path)
      expect(body).toMatchObject({ degraded: true, reason: 'off', source: 'chronicle' })
      const { seq: _, source: __, degraded: ___, ...answer } = before[index]!.body
      expect(body, path).toMatchObject(answer)
    }
    const bundle = await context('dark', { question: 'killed' })
    expect(bundle.body).toMatchObject({ degraded: true, source: 'chronicle', reason: 'off' })
    expect(bundle.body.text).toContain('From the chronicle alone')
  })

  it('answers from the chronicle where entities cannot be read', async () => {
    await tell('broken')
    await harness.admin.query('REVOKE SELECT ON components FROM orrery_app')
    try {
      const { status, body } = await ask('broken', 'questions/what-happened?entity=bo')
      expect(status).toBe(200)
      expect(body).toMatchObject({ degraded: true, reason: 'unreadable', entity: { status: 'dead' } })
      const bundle = await context('broken', { question: 'killed' })
      expect(bundle.body).toMatchObject({ degraded: true, reason: 'unreadable' })
    } finally {
      await harness.admin.query('GRANT SELECT ON components TO orrery_app')
    }
  })
})

const everything = async (source: QuestionSource) => {
  const ids = ['id-1', 'id-2', 'character:bo', 'character:ada', 'person:cy', 'character:cy']
  const events = Array.from({ length: 8 }, (_, number) => ({ chronicleId: 'story', eventId: `e${number}` }))
  const each = <T, U>(list: readonly T[], work: (one: T) => Promise<U>) =>
    list.reduce<Promise<U[]>>(
      async (before, one) => [...(await before), await work(one)],
      Promise.resolve([]),
    )
  return {
    entities: await chronicleEntities(source, { chronicleId: 'story', after: '', limit: 100 }),
    graph: await relationshipGraph(source, { chronicleId: 'story', limit: 100 }),
    timelines: await each(ids, (id) => whatHappened(source, id, { limit: 5 })),
    rings: await itemHolders(source, { item: 'ring', limit: 100 }),
    present: await each(events, (event) => presentAt(source, event)),
    within: await each(events, (event) => withinOfEvent(source, { ...event, radius: 6, limit: 10 })),
    changes: await relationshipChanges(source, { a: 'id-1', b: 'character:bo', limit: 100 }),
    there: await charactersAtPlace(source, {
      ...{ place: 'place:mill', of: 'character:bo', direction: 'toward', type: 'trust', over: -0.3 },
      ...{ radius: 4, limit: 100 },
    }),
  }
}

it('entities and the chronicle alone give the same answers on random stories', async () => {
  const settings = chronicleSettings.parse({})
  const story = fc.tuple(...Array.from({ length: 8 }, (_, number) => storyEvent(`e${number}`)))
  await fc.assert(
    fc.asyncProperty(story, async (events) => {
      const world = await harness.makeWorld()
      await world.record(events)
      await projectWorld(harness.context, world.worldId)
      await inTenantTransaction(harness.context.write.pool, 'local', async (client) => {
        const scope = { client, worldId: world.worldId, settings, generation: 1, asOf: null }
        const fromEntities = await everything(ecsSource(scope))
        expect(await everything(await chronicleSource(client, scope, null))).toEqual(fromEntities)
      })
    }),
    { numRuns: 20 },
  )
})

it('a stranger with the id of the world finds nothing in it', async () => {
  const world = await harness.makeWorld()
  await world.record(smallStory)
  await projectWorld(harness.context, world.worldId)
  const settings = chronicleSettings.parse({})
  const readAs = (tenant: string) =>
    inTenantTransaction(harness.context.write.pool, tenant, async (client) => {
      const source = ecsSource({ client, worldId: world.worldId, settings, generation: 1, asOf: null })
      const end = { toldAt: Date.UTC(2021, 0), chronicleId: 'z', eventId: 'z' }
      const dug = await chronicleSource(client, { worldId: world.worldId, settings }, null)
      return [
        (await source.actors('story', '', 100)).length,
        (await source.itemEffects('ring', 100)).length,
        (await source.positionsAt(end, [0, 0, 0], 1e6, 100)).length,
        (await source.near([0, 0, 0], 1e6, 100)).length,
        (await source.edges({ ends: ['ada'], limit: 100 })).length,
        (await source.timeline('ada', { limit: 100 })).length,
        (await source.story('story', 100)).length,
        (await dug.story('story', 100)).length,
      ]
    })
  expect(await readAs('stranger')).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  expect((await readAs('local')).every((count) => count > 0)).toBe(true)
})
