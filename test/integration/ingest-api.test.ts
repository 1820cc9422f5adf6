import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi(database.url('orrery_app'))
})

afterAll(async () => {
  await api?.stop()
  await database?.drop()
})

const lamp = {
  id: 'lamp',
  name: 'A lamp',
  class_type: 'Light',
  position: [1, 1, 1],
  rotation: [0, 0, 1, 0],
  scale: [2, 1, 1],
  tags: ['warm', 'lit'],
  parameters: { wavelength: 580, nested: { list: [1, null, 'x'] } },
  lod: 3,
  meta: { author: 'ada' },
}

const postEntity = (space: string, entity: object) =>
  api.call('POST', '/eustress/ingest/entity', { space_name: space, entity })
const postConnection = (space: string, source: string, target: string, type = 'hierarchy', rest = {}) =>
  api.call('POST', '/eustress/ingest/connection', {
    space_name: space,
    connection: { source_id: source, target_id: target, connection_type: type, ...rest },
  })

describe('the engine bridge', () => {
  it('ingests an entity with all its fields, and keeps those it does not know', async () => {
    const answer = await postEntity('bridge', lamp)
    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, message: 'Entity ingested', snapshot_id: null },
    })
    expect((await api.call('GET', '/worlds/bridge/entities/lamp')).body).toMatchObject({
      id: 'lamp',
      name: 'A lamp',
      classType: 'Light',
      position: [1, 1, 1],
      rotation: [0, 0, 1, 0],
      scale: [2, 1, 1],
      tags: ['warm', 'lit'],
      parameters: lamp.parameters,
      extra: { lod: 3, meta: { author: 'ada' } },
      fluxPosition: 3,
      physics: { tick: 0, position: [1, 1, 1], velocity: [0, 0, 0], activity: 0 },
    })
  })

  it('gives fields left out their defaults', async () => {
    await postEntity('defaults', { id: 'plain', position: [0, 0, 0] })
    await postConnection('defaults', 'plain', 'other', 'near')
    expect((await api.call('GET', '/worlds/defaults/entities/plain')).body).toMatchObject({
      ...{
        name: 'plain',
        classType: 'Part',
        rotation: [0, 0, 0, 1],
        scale: [1, 1, 1],
        tags: [],
        parameters: {},
        extra: {},
      },
      ...{ fluxPosition: 9, archetype: '' },
    })
    expect((await api.call('GET', '/worlds/defaults/relationships')).body.relationships).toMatchObject([
      { sourceId: 'plain', targetId: 'other', type: 'near', strength: 1, label: null, data: {} },
    ])
  })

  it('makes no event of what already is so', async () => {
    await postEntity('again', lamp)
    await postConnection('again', 'lamp', 'shade', 'near', { strength: 0.5, colour: 'red' })
    const before = (await api.call('GET', '/worlds/again')).body.seq
    await postEntity('again', { ...lamp, parameters: { nested: { list: [1, null, 'x'] }, wavelength: 580 } })
    await postConnection('again', 'lamp', 'shade', 'near', { colour: 'red', strength: 0.5 })
    await api.call('POST', '/eustress/ingest/parameter', {
      ...{ space_name: 'again', entity_id: 'lamp', parameter_name: 'wavelength', value: 580 },
    })
    expect((await api.call('GET', '/worlds/again')).body.seq).toBe(before)
  })

  it('sets a parameter to any JSON value', async () => {
    await postEntity('parameters', lamp)
    for (const value of [null, false, 'text', [1, { deep: true }], { a: 1 }, 0]) {
      const answer = await api.call('POST', '/eustress/ingest/parameter', {
        ...{ space_name: 'parameters', entity_id: 'lamp', parameter_name: 'any.name', value },
      })
      expect(answer).toMatchObject({ status: 200, body: { message: 'Parameter updated' } })
      const { parameters } = (await api.call('GET', '/worlds/parameters/entities/lamp')).body
      expect(parameters).toEqual({ ...lamp.parameters, 'any.name': value })
    }
  })

  it('answers 404 for a parameter of an unknown entity or space, and makes no space of it', async () => {
    await postEntity('known', lamp)
    const body = { space_name: 'known', entity_id: 'nobody', parameter_name: 'x', value: 1 }
    expect(await api.call('POST', '/eustress/ingest/parameter', body)).toMatchObject({
      status: 404,
      body: { detail: "there is no entity 'nobody' in this world", errors: [{ field: 'entity_id' }] },
    })
    expect(
      (await api.call('POST', '/eustress/ingest/parameter', { ...body, space_name: 'unknown' })).status,
    ).toBe(404)
    expect((await api.call('GET', '/worlds/unknown')).status).toBe(404)
  })

  it('refuses a second parent, a cycle and a self-connection with both ends named', async () => {
    await postConnection('forest', 'a', 'b')
    await postConnection('forest', 'b', 'c')
    for (const [source, target] of [
      ['x', 'b'],
      ['c', 'a'],
      ['d', 'd'],
    ] as const) {
      const { status, body } = await postConnection('forest', source, target)
      expect(status).toBe(409)
      expect(body.detail).toContain(`'${source}'`)
      expect(body.detail).toContain(`'${target}'`)
      expect(body.errors[0].field).toBe('connection')
    }
    expect((await api.call('GET', '/worlds/forest/relationships')).body.relationships).toHaveLength(2)
  })

  it('keeps a connection that comes before its entities, counts it as dangling, then lets it take part', async () => {
    await postConnection('early', 'parent', 'child')
    expect((await api.call('GET', '/worlds/early')).body).toMatchObject({
      relationshipCount: 1,
      danglingRelationships: 1,
    })
    await postEntity('early', { id: 'child', position: [0, 0, 0] })
    expect((await api.call('GET', '/worlds/early/hierarchy')).body).toMatchObject({
      roots: ['child'],
      parents: {},
      maxDepth: 0,
    })
    await postEntity('early', { id: 'parent', position: [0, 0, 0] })
    expect((await api.call('GET', '/worlds/early')).body.danglingRelationships).toBe(0)
    expect((await api.call('GET', '/worlds/early/hierarchy')).body).toMatchObject({
      ...{
        roots: ['parent'],
        parents: { child: 'parent' },
        children: { parent: ['child'] },
        depths: { parent: 0, child: 1 },
      },
      maxDepth: 1,
    })
    expect((await api.call('GET', '/worlds/early/hierarchy?depth=1')).body.entities).toEqual(['child'])
  })

  it('applies a batch whole or not at all', async () => {
    const entities = ['p', 'q', 'r'].map((id) => ({ id, position: [1, 2, 3] }))
    const connections = [
      { source_id: 'p', target_id: 'q', connection_type: 'hierarchy' },
      { source_id: 'r', target_id: 'q', connection_type: 'hierarchy' },
    ]
    const refused = await api.call('POST', '/eustress/ingest/batch', {
      space_name: 'batch',
      entities,
      connections,
    })
    expect(refused).toMatchObject({ status: 409, body: { errors: [{ field: 'connections[1]' }] } })
    expect((await api.call('GET', '/worlds/batch')).status).toBe(404)
    const applied = await api.call('POST', '/eustress/ingest/batch', {
      space_name: 'batch',
      entities,
      connections: connections.slice(0, 1),
    })
    expect(applied).toMatchObject({ status: 200, body: { message: 'Batch ingested', snapshot_id: null } })
    expect((await api.call('GET', '/worlds/batch')).body).toMatchObject({
      seq: 5,
      entityCount: 3,
      relationshipCount: 1,
    })
  })

  it('answers a request id that it knows with its outcome, and changes nothing', async () => {
    const headers = { 'x-request-id': 'the-one' }
    await api.call('POST', '/eustress/ingest/entity', { space_name: 'once', entity: lamp }, headers)
    const again = await api.call(
      'POST',
      '/eustress/ingest/entity',
      { space_name: 'once', entity: { ...lamp, name: 'other' } },
      headers,
    )
    expect(again).toMatchObject({ status: 200, body: { request_id: 'the-one' } })
    expect((await api.call('GET', '/worlds/once/entities/lamp')).body.name).toBe('A lamp')
    expect((await api.call('GET', '/requests/the-one?world=once')).body).toMatchObject({
      status: 'applied',
      events: 1,
    })
    expect((await api.call('GET', '/requests/the-one', undefined, { 'x-world': 'once' })).status).toBe(200)
    expect((await api.call('GET', '/requests/the-one')).status).toBe(404)
  })
})

describe('scene snapshots', () => {
  it('are made by 100 items or more, and hold the scene as it was', async () => {
    const entities = Array.from({ length: 100 }, (_, n) => ({
      id: `e${n}`,
      position: [n, 0, 0],
      parameters: { n },
    }))
    const connections = [
      {
        source_id: 'e0',
        target_id: 'e1',
        connection_type: 'hierarchy',
        strength: 0.5,
        label: 'l',
        colour: 'red',
      },
    ]
    const { body } = await api.call('POST', '/eustress/ingest/batch', {
      space_name: 'scenes',
      entities,
      connections,
    })
    expect(body.snapshot_id).toEqual(expect.any(String))
    await postEntity('scenes', { id: 'later', position: [0, 0, 0] })
    const { body: snapshot } = await api.call('GET', `/eustress/ingest/snapshots/scenes/${body.snapshot_id}`)
    expect(snapshot).toMatchObject({
      id: body.snapshot_id,
      space_name: 'scenes',
      timestamp: expect.any(String),
    })
    expect(snapshot.entities).toHaveLength(100)
    expect(snapshot.entities[1]).toMatchObject({
      id: 'e1',
      class_type: 'Part',
      position: [1, 0, 0],
      parameters: { n: 1 },
    })
    expect(snapshot.connections).toEqual([
      {
        source_id: 'e0',
        target_id: 'e1',
        connection_type: 'hierarchy',
        strength: 0.5,
        label: 'l',
        colour: 'red',
      },
    ])
    expect(snapshot.hierarchy.parent_map).toEqual({ e1: 'e0' })
    expect(snapshot.hierarchy.children_map).toEqual({ e0: ['e1'] })
    expect(snapshot.hierarchy.depth_map).toMatchObject({ e0: 0, e1: 1, e2: 0 })
    expect(snapshot.parameters.e7).toEqual({ n: 7 })
    expect(snapshot.metadata).toEqual({
      ...{ entity_count: 100, connection_count: 1, hierarchy_depth: 1, quality_score: 1 },
      sacred_entity_count: 34, // n = 0 (9), then 3, 6, 9 of every nine: 11 nines of 1..99
      avg_flux_position: (99 * 5 + 9) / 100,
      spatial_bounds: [
        [0, 0, 0],
        [99, 0, 0],
      ],
    })
  })

  it('are listed newest first, paged by the Link header, filtered by time and metadata', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      await postEntity('listed', { id: `e${n}`, position: [n, 0, 0] })
      ids.unshift((await api.call('POST', '/eustress/ingest/snapshot/listed')).body.snapshot_id)
    }
    const first = await api.call('GET', '/eustress/ingest/snapshots/listed?limit=2&view=summary')
    expect(first.body.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2))
    expect(first.body[0].entities).toBeUndefined()
    const next = /<(.*)>; rel="next"/.exec(first.headers.get('link')!)![1]!
    const second = await api.call('GET', next)
    expect(second.body.map(({ id }: { id: string }) => id)).toEqual(ids.slice(2, 4))
    const filtered = await api.call(
      'GET',
      `/eustress/ingest/snapshots/listed?metadata=${encodeURIComponent('{"entity_count":2}')}`,
    )
    expect(filtered.body.map(({ id }: { id: string }) => id)).toEqual([ids[3]])
    const early = await api.call(
      'GET',
      `/eustress/ingest/snapshots/listed?to=${encodeURIComponent(second.body[0].timestamp)}`,
    )
    expect(early.body.map(({ id }: { id: string }) => id)).toEqual(ids.slice(2))
    expect(early.body.at(-1).entities).toHaveLength(1)
  })

  it('are made by themselves after so many single updates', async () => {
    await api.call('POST', '/worlds', { name: 'counted', settings: { snapshots: { everyUpdates: 3 } } })
    // the settings count as one
    for (let n = 0; n < 7; n++) await postEntity('counted', { id: `e${n}`, position: [0, 0, 0] })
    expect((await api.call('GET', '/eustress/ingest/snapshots/counted?view=summary')).body).toHaveLength(2)
  })

  it('count in the statistics', async () => {
    const { body } = await api.call('GET', '/eustress/ingest/stats')
    expect(body).toMatchObject({ total_epochs: 0, last_snapshot: expect.any(String) })
    expect(body.storage_size_bytes).toBeGreaterThan(10_000)
    const before = body.total_entities_seen
    await postEntity('seen', { id: 'gone', position: [0, 0, 0] })
    await api.call('DELETE', '/worlds/seen/entities/gone')
    expect((await api.call('GET', '/eustress/ingest/stats')).body.total_entities_seen).toBe(before + 1)
  })
})
