import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProjectionContext } from '#chronicle/projection/context'
import type { Difference } from '#chronicle/projection/difference'
import { askProjection } from '#chronicle/projection/postgres/ask'
import { projectWorld } from '#chronicle/projection/project-world'
import { rebuildStep } from '#chronicle/projection/rebuild'
import { relationshipHistory } from '#chronicle/projection/relationship-history'
import { stateHash } from '#chronicle/projection/state-hash'
import { projectionStatus } from '#chronicle/projection/status'
import { verifyStep } from '#chronicle/projection/verify'
import { defaultRules } from '#chronicle/rules/default-rules'
import { storeRules } from '#chronicle/rules/postgres'
import type { Rule } from '#chronicle/rules/rule'
import { chronicleSettings } from '#chronicle/settings'
import { inTenantTransaction, inTransaction } from '#platform/postgres/pool'
import type { JsonObject } from '#world/event'
import {
  type ChronicleHarness,
  startChronicleHarness,
  type TestWorld,
  told,
} from '../support/chronicle-harness.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let harness: ChronicleHarness

beforeAll(async () => {
  database = await createTestDatabase()
  harness = startChronicleHarness(database)
})

afterAll(async () => {
  await harness?.close()
  await database?.drop()
})

const project = ({ worldId }: TestWorld, context = harness.context) => projectWorld(context, worldId)

const statusOf = ({ worldId }: TestWorld) =>
  inTenantTransaction(harness.context.write.pool, 'local', (client) => projectionStatus(client, worldId))

const componentsOf = async (
  { worldId }: TestWorld,
  entityId: string,
): Promise<Record<string, JsonObject>> => {
  const { rows } = await harness.admin.query(
    'SELECT component_type, data FROM components WHERE world_id = $1 AND entity_id = $2',
    [worldId, entityId],
  )
  return Object.fromEntries(rows.map((row) => [row.component_type, row.data]))
}

const namesOf = async ({ worldId }: TestWorld): Promise<string[]> =>
  (
    await harness.admin.query(
      'SELECT entity_id FROM entities WHERE world_id = $1 ORDER BY entity_id COLLATE "C"',
      [worldId],
    )
  ).rows.map((row) => row.entity_id)

const actorsOf = async ({ worldId }: TestWorld) =>
  (
    await harness.admin.query(
      `SELECT event_id AS event, entity_id AS entity, confidence::float8 FROM chronicle_actors
       WHERE world_id = $1 ORDER BY event_id, ordinal`,
      [worldId],
    )
  ).rows.map(({ event, entity, confidence }) => [event, entity, Math.round(confidence * 100) / 100])

const hero = { name: 'Hero', entityType: 'Character', role: 'agent' }
const hurt = (id: string, day: number, amount: number) =>
  told({
    ...{ id, timestamp: `2020-01-0${day}T00:00:00.000Z`, action: 'hurt', data: { amount } },
    actors: [{ ...hero, role: 'target' }],
  })

const settle = async (world: TestWorld, rules: Rule[]): Promise<void> => {
  const { worldId } = world
  await inTenantTransaction(harness.context.write.pool, 'local', async (client) => {
    await storeRules(client, { worldId, tenantId: 'local' }, rules, new Date())
    await askProjection(client, worldId)
  })
}

const verified = async (world: TestWorld): Promise<Difference[]> => {
  const differences: Difference[] = []
  for (;;) {
    const step = await verifyStep(harness.context, world.worldId, (found) => differences.push(found))
    if (step?.state === 'verified') return differences
    if (step?.state === 'behind') await project(world)
  }
}

describe('who somebody is', () => {
  it('is found by a name that an earlier event gives with an id, whenever that arrives', async () => {
    const world = await harness.makeWorld()
    await world.record([hurt('b', 2, 10)])
    await project(world)
    expect(await actorsOf(world)).toEqual([['b', 'character:hero', 0.6]])
    await world.record([
      told({ id: 'a', actors: [{ ...hero, name: 'HERO ', entityId: 'h-1' }], action: 'noticed' }),
    ])
    await project(world)
    expect(await actorsOf(world)).toEqual([
      ['a', 'h-1', 1],
      ['b', 'h-1', 0.95],
    ])
    expect(await namesOf(world)).toEqual(['h-1'])
    await world.record([told({ id: 'c', actors: [{ ...hero, entityId: 'h-2' }], action: 'noticed' })])
    await project(world)
    expect((await actorsOf(world))[1]).toEqual(['b', 'h-1', 0.7])
    await world.retract(['a', 'c'])
    await project(world)
    expect(await actorsOf(world)).toEqual([['b', 'character:hero', 0.6]])
    expect(await namesOf(world)).toEqual(['character:hero'])
    expect((await componentsOf(world, 'character:hero')).Health).toEqual({ current: 90, max: 100 })
  })

  it('is an entity of that name that was there before, which is relieved and never deleted', async () => {
    const world = await harness.makeWorld()
    const entity = {
      ...{
        id: 'npc-7',
        name: 'hero',
        classType: 'Character',
        position: [1, 2, 3] as [number, number, number],
      },
      rotation: [0, 0, 0, 1] as [number, number, number, number],
      scale: [1, 1, 1] as [number, number, number],
      ...{ tags: ['kept'], parameters: {}, extra: {}, components: { Status: { state: 'asleep' } } },
    }
    await world.write([{ kind: 'put-entity', entity }])
    await world.record([hurt('e', 1, 30)])
    await project(world)
    expect(await actorsOf(world)).toEqual([['e', 'npc-7', 0.8]])
    expect(await componentsOf(world, 'npc-7')).toEqual({
      ...{ Health: { current: 70, max: 100 }, Status: { state: 'asleep' } },
    })
    await world.retract(['e'])
    await project(world)
    expect(await namesOf(world)).toEqual(['npc-7'])
    expect(await componentsOf(world, 'npc-7')).toEqual({ Status: { state: 'asleep' } })
  })
})

describe('rules', () => {
  const rule: Rule = {
    ...{ action: 'hexed', synonyms: ['cursed'], roles: {} },
    effects: [{ do: 'merge-component', of: 'target', component: 'Status', patch: { state: 'frog' } }],
  }
  const hex = told({ id: 'hex', action: 'Cursed', actors: [{ ...hero, role: 'target' }] })

  it('that are missing are counted, and change everything when they come', async () => {
    const world = await harness.makeWorld()
    await world.record([hex, { ...hex, id: 'hex2' }, hurt('hit', 1, 1)])
    await project(world)
    expect((await statusOf(world)).unknownActions).toEqual([{ action: 'Cursed', events: 2 }])
    expect(await componentsOf(world, 'character:hero')).toEqual({ Health: { current: 99, max: 100 } })
    await settle(world, [...defaultRules, rule])
    expect(await project(world)).toMatchObject({ state: 'done' })
    expect(await componentsOf(world, 'character:hero')).toMatchObject({ Status: { state: 'frog' } })
    expect((await statusOf(world)).unknownActions).toEqual([])
    await settle(world, [rule])
    await project(world)
    expect(await componentsOf(world, 'character:hero')).toEqual({ Status: { state: 'frog' } })
    const { rows } = await harness.admin.query(
      'SELECT DISTINCT generation FROM chronicle_derived WHERE world_id = $1',
      [world.worldId],
    )
    expect(rows).toHaveLength(1)
  })

  it('whose effects the world refuses keep nothing else from it', async () => {
    const world = await harness.makeWorld()
    await settle(world, [
      ...defaultRules,
      { ...rule, effects: [{ do: 'set-component', of: 'target', component: 'Unheard', data: { a: 1 } }] },
    ])
    const other = { name: 'Other', entityType: 'Character', role: 'target' }
    await world.record([hex, told({ id: 'hit', action: 'hit', actors: [other] })])
    expect(await project(world)).toMatchObject({ state: 'done', refused: 1 })
    expect(await namesOf(world)).toEqual(['character:other'])
    const { refused, degraded } = await statusOf(world)
    expect(refused).toEqual([
      { target: 'character:hero', refusal: expect.stringContaining('component-type-unknown') },
    ])
    expect(degraded).toBe(false)
  })
})

describe('what one feels for another', () => {
  it('halves with time, is clamped, and has its history', async () => {
    const world = await harness.makeWorld()
    await world.write([{ kind: 'change-settings', settings: { chronicle: { decayHalfLifeDays: 1 } } }])
    const feel = (id: string, day: number, change: number) =>
      told({
        ...{ id, timestamp: `2020-01-0${day}T00:00:00.000Z` },
        actors: [hero, { ...hero, name: 'Rival' }],
        valence: [{ source: 'Hero', target: 'Rival', type: 'fear', change }],
      })
    await world.record([feel('c', 3, 2), feel('a', 1, 0.8), feel('b', 2, -0.1)])
    await project(world)
    const settings = chronicleSettings.parse({ decayHalfLifeDays: 1 })
    const facts = await inTransaction(harness.context.pool, (client) =>
      relationshipHistory(
        client,
        { worldId: world.worldId, settings },
        { sourceId: 'character:hero', targetId: 'character:rival', type: 'fear' },
      ),
    )
    expect(facts.map(({ eventId, change, before, after }) => [eventId, change, before, after])).toEqual([
      ['a', 0.8, null, 0.8],
      ['b', -0.1, 0.4, 0.3],
      ['c', 2, 0.15, 1],
    ])
    const { rows } = await harness.admin.query('SELECT strength FROM relationships WHERE world_id = $1', [
      world.worldId,
    ])
    expect(rows).toEqual([{ strength: 1 }])
  })
})

describe('verify', () => {
  it('names what was tampered with, and a rebuild mends it', async () => {
    const world = await harness.makeWorld()
    await world.record([hurt('a', 1, 10), hurt('b', 2, 5)])
    await project(world)
    expect(await verified(world)).toEqual([])
    await world.write([
      { kind: 'set-component', entityId: 'character:hero', type: 'Health', data: { current: 1, max: 100 } },
    ])
    expect(await verified(world)).toEqual([
      {
        ...{ entityId: 'character:hero', field: 'components.Health' },
        ...{ expected: { current: 85, max: 100 }, found: { current: 1, max: 100 } },
      },
    ])
    expect((await statusOf(world)).verified).toMatchObject({ differences: 1 })
    expect(await rebuildStep(harness.context, world.worldId)).toMatchObject({
      ...{ state: 'switched', commands: 1 },
    })
    expect(await verified(world)).toEqual([])
  })

  it('finds an entity that is gone, and a feeling that somebody else has changed', async () => {
    const world = await harness.makeWorld()
    await world.record([
      told({
        ...{ id: 'a', actors: [hero, { ...hero, name: 'Rival' }] },
        valence: [{ source: 'Hero', target: 'Rival', type: 'trust', change: 0.5 }],
      }),
    ])
    await project(world)
    const key = { sourceId: 'character:hero', targetId: 'character:rival', type: 'trust' }
    await world.write([
      { kind: 'delete-entity', entityId: 'character:rival' },
      { kind: 'put-relationship', relationship: { ...key, strength: 0.1, label: 'mine', data: {} } },
    ])
    const differences = await verified(world)
    expect(
      differences.map(({ entityId, field, expected, found }) => [entityId, field, expected, found]),
    ).toEqual(
      expect.arrayContaining([
        ['character:rival', 'exists', true, false],
        ['character:hero', 'strength', 0.5, 0.1],
      ]),
    )
    expect(differences).toHaveLength(2)
  })
})

describe('a rebuild', () => {
  it('goes on while chronicles are recorded and projected, and ends with all of them', async () => {
    const world = await harness.makeWorld()
    const context = { ...harness.context, options: { batchEvents: 1 } }
    for (const day of [1, 2, 3]) await world.record([hurt(`e${day}`, day, day)])
    await project(world, context)
    expect(await rebuildStep(context, world.worldId)).toMatchObject({ state: 'building', events: 1 })
    await world.record([hurt('late', 1, 7)])
    await project(world, context)
    await world.retract(['e2'])
    let steps = 0
    for (let state = 'building'; state === 'building'; steps++)
      state = (await rebuildStep(context, world.worldId))!.state
    expect(steps).toBeGreaterThan(1)
    expect(await componentsOf(world, 'character:hero')).toEqual({ Health: { current: 89, max: 100 } })
    await project(world, context)
    expect(await verified(world)).toEqual([])
  })
})

describe('the breaker', () => {
  it('opens after failures in a row, leaves chronicles alone, and closes by itself', async () => {
    const world = await harness.makeWorld()
    let now = new Date('2030-01-01T00:00:00.000Z')
    let isBroken = true
    const { write } = harness.context
    const connect = () =>
      isBroken ? Promise.reject(new Error('the world takes nothing')) : write.pool.connect()
    const context: ProjectionContext = {
      ...harness.context,
      now: () => now,
      write: { ...write, pool: { connect } as unknown as typeof write.pool },
    }
    await world.record([hurt('a', 1, 10)])
    for (const retryAt of [null, null, new Date('2030-01-01T00:00:02.000Z')])
      expect(await project(world, context)).toMatchObject({ state: 'failed', retryAt })
    expect(await project(world, context)).toMatchObject({ state: 'open' })
    expect(await statusOf(world)).toMatchObject({ degraded: true, reason: 'failing', failures: 3, lag: 1 })
    await world.record([hurt('b', 2, 10)])
    now = new Date('2030-01-01T00:00:03.000Z')
    expect(await project(world, context)).toMatchObject({
      ...{ state: 'failed', retryAt: new Date('2030-01-01T00:00:07.000Z') },
    })
    isBroken = false
    expect(await project(world, context)).toMatchObject({ state: 'open' })
    now = new Date('2030-01-01T00:00:08.000Z')
    expect(await project(world, context)).toMatchObject({ state: 'done', events: 2 })
    expect(await statusOf(world)).toMatchObject({ degraded: false, failures: 0, retryAt: null, lag: 0 })
    expect(await componentsOf(world, 'character:hero')).toEqual({ Health: { current: 80, max: 100 } })
  })

  it('is not needed where the world has switched its projection off; then everything is made up for', async () => {
    const world = await harness.makeWorld()
    await world.write([{ kind: 'change-settings', settings: { chronicle: { project: false } } }])
    await world.record([hurt('a', 1, 10)])
    expect(await project(world)).toEqual({ state: 'off' })
    expect(await statusOf(world)).toMatchObject({ enabled: false, degraded: true, reason: 'off', lag: 1 })
    await world.write([{ kind: 'change-settings', settings: { chronicle: { project: true } } }])
    expect(await project(world)).toMatchObject({ state: 'done', events: 1 })
    expect(await stateHash(harness.context.pool, world.worldId)).toMatch(/^[0-9a-f]{64}$/)
  })
})
