import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '#platform/postgres/pool'
import type { Command } from '#world/commands'
import { createWorldWriter, type WorldWriter, writerPoolOptions } from '#world/writer'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { command } from '../support/random-commands.ts'

let database: TestDatabase
let api: TestApi
let writer: WorldWriter
let pool: ReturnType<typeof createPool>

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi(database.url('orrery_app'))
  pool = createPool({
    ...{ ...writerPoolOptions, connectionString: database.url('orrery_app'), applicationName: 'test' },
  })
  writer = createWorldWriter({
    ...{ pool, doorbell: { beforeCommit: async () => {}, afterCommit: () => {} } },
    ...{ now: () => new Date(), newId: uuidv7 },
  })
})

afterAll(async () => {
  await pool?.end()
  await api?.stop()
  await database?.drop()
})

const always = { start_time: '2020-01-01T00:00:00Z', end_time: '2100-01-01T00:00:00Z' }
const write = (world: string, commands: Command[]) =>
  writer.write({ tenantId: 'local', world, requestId: randomUUID(), commands })
const post = (path: string, body: unknown, headers = {}) =>
  api.call('POST', `/eustress/epochs${path}`, body, headers)
const get = (path: string) => api.call('GET', `/eustress/epochs${path}`)

interface Scene {
  entities: { id: string; class_type: string; position: [number, number, number] }[]
  connections: { source_id: string; target_id: string; connection_type: string }[]
  hierarchy: { parent_map: Record<string, string> }
}

/** Each scene on its own, entity by entity, out of the bridge's full snapshots. */
const slowStatistics = (scenes: Scene[], cellSize: number) => {
  const samples = scenes.flatMap((scene) => scene.entities.map((entity) => ({ entity, scene })))
  const depthOf = (id: string | undefined, parents: Record<string, string>): number =>
    id === undefined || parents[id] === undefined ? 0 : 1 + depthOf(parents[id], parents)
  const isSacred = ([x, y, z]: number[]) =>
    (Math.abs(Math.round(x!)) + Math.abs(Math.round(y!)) + Math.abs(Math.round(z!))) % 3 === 0
  const mean = (values: number[]) =>
    values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
  // a quotient may be 0 where the number is not
  const cellAt = (value: number) => (value < 0 && value >= -cellSize ? -1 : Math.floor(value / cellSize) + 0)
  const cells = samples.map(({ entity }) => entity.position.map(cellAt))
  const side = (axis: number) => {
    const values = cells.map((cell) => cell[axis]!)
    return Math.max(...values) - Math.min(...values) + 1
  }
  const distinct = (values: unknown[]) => new Set(values.map((value) => JSON.stringify(value))).size
  return {
    total_entities: distinct(samples.map(({ entity }) => entity.id)),
    total_connections: distinct(
      scenes.flatMap(({ connections }) =>
        connections.map((one) => [one.source_id, one.target_id, one.connection_type]),
      ),
    ),
    unique_types: distinct(samples.map(({ entity }) => entity.class_type)),
    avg_hierarchy_depth: mean(
      samples.map(({ entity, scene }) => depthOf(entity.id, scene.hierarchy.parent_map)),
    ),
    sacred_frequency: mean(samples.map(({ entity }) => Number(isSacred(entity.position)))),
    spatial_coverage: samples.length === 0 ? 0 : distinct(cells) / (side(0) * side(1) * side(2)),
  }
}

const scenesOf = async (space: string): Promise<Scene[]> =>
  (await api.call('GET', `/eustress/ingest/snapshots/${space}?limit=100`)).body

const step = fc.oneof(
  { weight: 12, arbitrary: command },
  { weight: 1, arbitrary: fc.constant({ kind: 'take-snapshot' as const }) },
)

describe('the statistics of an epoch', () => {
  it('are those of its scenes, looked at one by one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 60, maxLength: 150 }),
        fc.constantFrom(1, 64, 1e6 / 3),
        async (steps, cell_size) => {
          const space = `world ${randomUUID()}`
          await write(space, [{ kind: 'change-settings', settings: {} }])
          for (const command of steps) await write(space, [command])
          const { status, body } = await post(`/${encodeURIComponent(space)}`, { ...always, cell_size })
          expect(status).toBe(200)
          const scenes = await scenesOf(encodeURIComponent(space))
          expect(body.snapshot_count).toBe(scenes.length)
          expect(body.sample_count).toBe(scenes.reduce((sum, { entities }) => sum + entities.length, 0))
          const expected = slowStatistics(scenes, cell_size)
          const { avg_hierarchy_depth, spatial_coverage, ...counts } = body.stats
          const { avg_hierarchy_depth: depth, spatial_coverage: coverage, ...expectedCounts } = expected
          expect(counts).toEqual(expectedCounts)
          expect(avg_hierarchy_depth).toBeCloseTo(depth, 12)
          expect(spatial_coverage / (coverage || 1)).toBeCloseTo(coverage === 0 ? 0 : 1, 12)
        },
      ),
      { numRuns: 12, seed: 20 },
    )
  })

  it('count the samples of a fork in whosever log its snapshots lie', async () => {
    const at = (id: string, x: number) => ({
      ...{ kind: 'put-entity' as const },
      entity: { ...plain, id, position: [x, 0, 0] as [number, number, number] },
    })
    await write('origin', [at('a', 0), at('b', 100), { kind: 'take-snapshot' }])
    await api.call('POST', '/admin/fork', { world: 'origin', name: 'branch' })
    await write('branch', [at('c', 300), { kind: 'take-snapshot' }])
    await write('origin', [at('d', 900), { kind: 'take-snapshot' }])
    const { body } = await post('/branch', always)
    expect(body).toMatchObject({ snapshot_count: 2, sample_count: 5, stats: { total_entities: 3 } })
    expect(body.stats.spatial_coverage).toBe(3 / 5)
  })
})

const plain = {
  ...{ name: 'one', classType: 'Part', tags: [], parameters: {}, extra: {} },
  rotation: [0, 0, 0, 1] as [number, number, number, number],
  scale: [1, 1, 1] as [number, number, number],
}
const minute = (n: number) => new Date(Date.UTC(2030, 0, 1, 0, n)).toISOString()
const range = (from: number, to: number) => ({ start_time: minute(from), end_time: minute(to) })

describe('an epoch', () => {
  it('has the snapshots of its range that pass its filters, and keeps them', async () => {
    const hierarchy = { sourceId: 'a', targetId: 'b', type: 'hierarchy', strength: 1, label: null, data: {} }
    await write('pinned', [{ kind: 'put-entity', entity: { ...plain, id: 'a', position: [3, 0, 0] } }])
    await write('pinned', [{ kind: 'take-snapshot' }])
    await write('pinned', [{ kind: 'put-entity', entity: { ...plain, id: 'b', position: [1, 0, 0] } }])
    await write('pinned', [{ kind: 'put-relationship', relationship: hierarchy }, { kind: 'take-snapshot' }])
    const all = await post('/pinned', always)
    expect(all.body).toMatchObject({
      ...{ space_name: 'pinned', snapshot_count: 2, sample_count: 3, filters: {}, cell_size: 64 },
      ...{ quality_score: 1, consolidated_into: null, splits: { train: 0.8, validation: 0.1, test: 0.1 } },
    })
    const good = await post('/pinned', { ...always, filters: { min_quality: 1, min_entities: 2 } })
    expect(good.body.snapshot_ids).toEqual([all.body.snapshot_ids[1]])
    const none = await post('/pinned', { ...always, end_time: '2020-01-02T00:00:00Z' })
    expect(none.body).toMatchObject({ snapshot_ids: [], sample_count: 0, quality_score: 0 })
    await write('pinned', [{ kind: 'delete-entity', entityId: 'a' }, { kind: 'take-snapshot' }])
    expect((await get(`/pinned/${all.body.id}`)).body).toEqual(all.body)
    expect((await get(`/pinned?min_quality=0.5`)).body.epochs).toHaveLength(2)
  })

  it('is made once by a request, and listed in pages over several spaces', async () => {
    await write('one', [{ kind: 'put-entity', entity: { ...plain, id: 'a', position: [0, 0, 0] } }])
    await write('two', [{ kind: 'put-entity', entity: { ...plain, id: 'a', position: [0, 0, 0] } }])
    const once = () => post('/one', range(0, 1), { 'x-request-id': 'once' })
    const [first, again] = [await once(), await once()]
    expect(again.body).toEqual(first.body)
    await post('/one', range(4, 5))
    await post('/two', range(2, 3))
    const listed: string[] = []
    let path = '/eustress/epochs?spaces=one,two&limit=1&from=2030-01-01T00:01:00Z'
    for (let page = 0; page < 9 && path !== ''; page++) {
      const { body, headers } = await api.call('GET', path)
      listed.push(
        ...body.epochs.map(
          (epoch: { space_name: string; start_time: string }) => `${epoch.space_name} ${epoch.start_time}`,
        ),
      )
      path = /<(.*)>/.exec(headers.get('link') ?? '')?.[1] ?? ''
    }
    expect(listed).toEqual([`one ${minute(4)}`, `two ${minute(2)}`, `one ${minute(0)}`])
    expect((await get('?spaces=one,nowhere')).status).toBe(404)
  })

  it('is merged with those beside it', async () => {
    await write('merged', [
      { kind: 'put-entity', entity: { ...plain, id: 'a', position: [0, 0, 0] } },
      { kind: 'take-snapshot' },
    ])
    const now = new Date()
    const beside = [
      { start_time: '2020-01-01T00:00:00Z', end_time: now.toISOString() },
      { start_time: now.toISOString(), end_time: minute(1) },
    ]
    const ids = []
    for (const body of [...beside, range(2, 3), { ...range(0, 2), cell_size: 1 }])
      ids.push((await post('/merged', body)).body.id)
    const merge = () => post('/merged/consolidate', {}, { 'x-request-id': 'merge' })
    const { body } = await merge()
    expect(body.epochs).toHaveLength(1)
    const [epoch] = body.epochs
    expect(epoch).toMatchObject({
      start_time: beside[0]!.start_time.replace('Z', '.000Z'),
      end_time: minute(1),
    })
    expect(epoch).toMatchObject({ sample_count: 1, snapshot_count: 1 })
    expect((await merge()).body).toEqual(body)
    const listed = (await get('/merged')).body.epochs.map(({ id }: { id: string }) => id)
    expect(listed.sort()).toEqual([ids[2], ids[3], epoch.id].sort())
    expect((await get(`/merged/${ids[0]}`)).body.consolidated_into).toBe(epoch.id)
    expect((await post('/merged/consolidate', {})).body.epochs).toEqual([])
  })

  it('refuses bad input, naming the field', async () => {
    for (const [body, field] of [
      [{ start_time: minute(0) }, 'end_time'],
      [range(1, 0), 'end_time'],
      [{ ...range(0, 1), filters: { min_quality: 2 } }, 'filters.min_quality'],
      [{ ...range(0, 1), filters: { quality: 1 } }, 'filters.quality'],
      [{ ...range(0, 1), cell_size: 0 }, 'cell_size'],
    ] as const) {
      const answer = await post('/one', body)
      expect([answer.status, answer.body.errors[0].field]).toEqual([400, field])
    }
    expect((await post('/nowhere', range(0, 1))).status).toBe(404)
    expect((await get(`/one/${randomUUID()}`)).status).toBe(404)
    const shares = { training: { trainShare: 0.9, validationShare: 0.2 } }
    const refused = await api.call('PATCH', '/worlds/one/settings', shares)
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, 'settings.training.validationShare'])
  })
})
