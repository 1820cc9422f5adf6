import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { noHash } from '#ledger/commit'
import { commitPlugins } from '#ledger/commit-plugins'
import { cutWhereChanged, lockTickStream } from '#ledger/postgres/append-segment'
import { insertManifests, openLayers } from '#ledger/postgres/windows'
import { quantaPerUnit, toQuanta } from '#ledger/quanta'
import { type PluginRunContext, runPlugins } from '#ledger/run-plugins'
import { ledgerSettings } from '#ledger/settings'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import { createPool, inTransaction } from '#platform/postgres/pool'
import { readEvents } from '#relay/read-events'
import type { Command } from '#world/commands'
import type { WorldEvent } from '#world/event'
import { createWorldWriter, type WorldWriter, writerPoolOptions } from '#world/writer'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { put } from '../support/physics-harness.ts'

const tenantId = 'tenant-heat'
const folder = mkdtempSync(join(tmpdir(), 'orrery-heat-'))
let database: TestDatabase
let background: pg.Pool
let physics: pg.Pool
let appPool: pg.Pool
let writer: WorldWriter
let objects: ObjectStore
let context: PluginRunContext
let world: string
let worldId: string
let lines: string[]

const write = async (commands: Command[]): Promise<string> => {
  const outcome = await writer.write({ tenantId, world, requestId: uuidv7(), commands })
  if (outcome.status !== 'applied') throw new Error(outcome.refusal.detail)
  return outcome.worldId
}

beforeAll(async () => {
  database = await createTestDatabase()
  background = database.pool('orrery_background', 4)
  physics = database.pool('orrery_physics')
  objects = filesystemObjectStore(folder)
  appPool = createPool({
    ...{ ...writerPoolOptions, connectionString: database.url('orrery_app'), applicationName: 'test-writer' },
  })
  writer = createWorldWriter({
    pool: appPool,
    doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
    now: () => new Date(),
    newId: uuidv7,
  })
})

afterAll(async () => {
  await appPool?.end()
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

beforeEach(() => {
  world = `heat-${uuidv7()}`
  lines = []
  const log = (line: string) => void lines.push(line)
  context = { pool: background, writer, objects, plugins: commitPlugins, log }
})

/** From the tick after the watermark on these settings hold. */
const holdSettings = async (settings: object, watermark = 0): Promise<void> => {
  const of = ledgerSettings.parse({ layers: [{ name: 'atomic', cell: 0 }], ...settings })
  await inTransaction(physics, async (client) => {
    const stream = await lockTickStream(client, { worldId, tenantId }, 'atomic')
    await cutWhereChanged(client, { worldId, tenantId }, { ...stream, watermark }, of, {})
    await openLayers(client, { worldId, tenantId }, of.layers, 'atomic')
  })
}

/** The windows of ten ticks each, as the engine closes them. */
const closeWindows = (...manifests: number[]): Promise<void> =>
  inTransaction(background, (client) =>
    insertManifests(
      client,
      { worldId, tenantId },
      'atomic',
      manifests.map((manifest) => ({
        ...{ manifest, epochStart: 10 * manifest - 9, epochEnd: 10 * manifest, commits: 1 },
        ...{ previousHash: noHash, hash: noHash },
      })),
    ),
  )

const run = (overrides: Partial<PluginRunContext> = {}): Promise<void> =>
  runPlugins({ ...context, ...overrides }, { worldId, tenantId, layer: 'atomic' })

const activities = async (): Promise<Record<string, number>> => {
  const { rows } = await background.query<{ entity_id: string; activity: number }>(
    'SELECT entity_id, activity FROM entities WHERE world_id = $1 ORDER BY entity_id',
    [worldId],
  )
  return Object.fromEntries(rows.map(({ entity_id, activity }) => [entity_id, activity]))
}

const totalQuanta = (of: Record<string, number>): number =>
  Object.values(of).reduce((sum, activity) => sum + toQuanta(activity), 0)

const cursor = async (): Promise<{ manifest: number; plan: string | null }> =>
  (
    await background.query(
      'SELECT plugin_manifest AS manifest, plugin_plan AS plan FROM ledger_layers WHERE world_id = $1',
      [worldId],
    )
  ).rows[0]

const exchanges = async (): Promise<WorldEvent[]> =>
  (await readEvents(background, worldId, 0, 1_000)).filter(({ cause }) => cause.manifest !== undefined)

/** Two clusters side by side, a far body alone, and one that is not active. */
const clusters = (): Command[] => [
  ...[0.1, 0.3, 0.5].map((x, index) => put(`hot ${index}`, [x, 0.5, 0.5], { activity: index + 1.1 })),
  ...[1.1, 1.3].map((x, index) => put(`cool ${index}`, [x, 0.5, 0.5], { activity: 0.5 })),
  put('far', [7.5, 0.5, 0.5], { activity: 3 }),
  put('inert', [1.5, 0.5, 0.5]),
]

describe('windows that close', () => {
  it('let neighbours even out, and the sum is the same to the quantum', async () => {
    worldId = await write(clusters())
    await holdSettings({ thermalDiffusion: 1 / 6 })
    const before = await activities()
    await closeWindows(...Array.from({ length: 40 }, (_, index) => index + 1))
    await run()
    const then = await activities()
    expect(totalQuanta(then)).toBe(totalQuanta(before))
    expect(then.far).toBe(3)
    expect(then.inert).toBe(0)
    const [hot, cool] = ['hot', 'cool'].map((name) =>
      totalQuanta(Object.fromEntries(Object.entries(then).filter(([id]) => id.startsWith(name)))),
    )
    expect(Math.abs(hot! - cool!)).toBeLessThan(16)
    expect(hot! + cool!).toBe(totalQuanta(before) - 3 * quantaPerUnit)
    expect(await cursor()).toEqual({ manifest: 40, plan: null })
    expect(await objects.list(`plugins/${worldId}/atomic/`)).toEqual([])
  })

  it('say so in the log and in history, and cut no scene snapshots', async () => {
    worldId = await write(clusters())
    await holdSettings({ thermalDiffusion: 0.1 })
    await closeWindows(1)
    await run()
    const events = await exchanges()
    expect(events.map(({ entityId }) => entityId)).toEqual(
      ['hot 0', 'hot 1', 'hot 2', 'cool 0', 'cool 1'].toSorted(),
    )
    const activity = (await activities())['hot 2']
    expect(events.find(({ entityId }) => entityId === 'hot 2')).toMatchObject({
      type: 'entity.updated.v1',
      data: {
        changes: [{ entityId: 'hot 2', field: 'parameters.activity', oldValue: 3.1, newValue: activity }],
      },
      cause: { manifest: 1, tick: 10, requestId: expect.any(String) },
    })
    const { rows } = await background.query('SELECT FROM scene_snapshots WHERE world_id = $1', [worldId])
    expect(rows).toEqual([])
  })

  it('reach bodies that have the world’s default activity', async () => {
    const settings = { physics: { defaultActivity: 2 } }
    worldId = await write([
      { kind: 'change-settings', settings },
      put('plain', [1.5, 0.5, 0.5], { colour: 'red' }),
      put('hot', [0.5, 0.5, 0.5], { activity: 10 }),
    ])
    await holdSettings({ thermalDiffusion: 0.125 })
    await closeWindows(1)
    await run()
    expect(await activities()).toEqual({ plain: 3, hot: 9 })
    const { rows } = await background.query(
      `SELECT data FROM components WHERE world_id = $1 AND entity_id = 'plain' AND component_type = 'Parameters'`,
      [worldId],
    )
    expect(rows).toEqual([{ data: { colour: 'red', activity: 3 } }])
  })

  it('lose to empty regions where the exchange does not conserve', async () => {
    worldId = await write(clusters())
    await holdSettings({ thermalDiffusion: 0.125, thermalConserves: false })
    await closeWindows(1)
    await run()
    expect((await activities()).far).toBe(3 - 6 * 0.125 * 3)
  })

  it('do nothing before the setting holds, where ticks come from outside, and in a layer of one cell', async () => {
    worldId = await write(clusters())
    const before = await activities()
    await holdSettings({})
    await holdSettings({ thermalDiffusion: 0.1, producer: 'external' }, 20)
    await holdSettings({ thermalDiffusion: 0.1, layers: [{ name: 'atomic', cell: '*' }] }, 30)
    await holdSettings({ thermalDiffusion: 0.1 }, 40)
    await closeWindows(1, 2, 3, 4)
    await run()
    expect(await activities()).toEqual(before)
    expect(await cursor()).toEqual({ manifest: 4, plan: null })
    await closeWindows(5)
    await run()
    expect(await activities()).not.toEqual(before)
  })
})

describe('an exchange takes effect once', () => {
  beforeEach(async () => {
    worldId = await write(clusters())
    await holdSettings({ thermalDiffusion: 0.125 })
    await closeWindows(1)
  })

  it('however often and by however many it is asked for', async () => {
    await Promise.all([run(), run(), run()])
    const then = await activities()
    await run()
    expect(await activities()).toEqual(then)
    expect(await exchanges()).toHaveLength(5)
  })

  it('as it was settled, where who began it did not come to write it', async () => {
    const before = await activities()
    const failing: WorldWriter = { write: () => Promise.reject(new Error('the database has gone')) }
    await expect(run({ writer: failing })).rejects.toThrow('has gone')
    expect(await cursor()).toEqual({
      manifest: 0,
      plan: expect.stringContaining(`plugins/${worldId}/atomic/1-`),
    })
    // the world goes on in the meantime: what follows from the window stays what it was
    await write([
      { kind: 'delete-entity', entityId: 'hot 0' },
      { kind: 'set-parameter', entityId: 'hot 1', name: 'activity', value: 0 },
      { kind: 'set-parameter', entityId: 'cool 0', name: 'activity', value: 1e9 },
      { kind: 'move-entity', entityId: 'cool 1', position: [90, 0, 0] },
    ])
    await run()
    // 6.3 to 1 are 5.3 ÷ 8; half of it for each that is cool, 3.1 ÷ 6.3 of it from the hottest
    const then = await activities()
    expect(then['cool 1']).toBeCloseTo(0.5 + 5.3 / 16, 5)
    expect(then['hot 2']).toBeCloseTo(3.1 - (5.3 / 8) * (3.1 / 6.3), 5)
    expect([then['hot 0'], then['hot 1'], then['cool 0']]).toEqual([undefined, 0, 1e9])
    expect(then.far).toBe(before.far)
    expect(await cursor()).toEqual({ manifest: 1, plan: null })
  })

  it('where who wrote it did not come to say so', async () => {
    const cutOff: WorldWriter = {
      write: async (request) => {
        await writer.write(request)
        throw new Error('the answer is lost')
      },
    }
    await expect(run({ writer: cutOff })).rejects.toThrow('is lost')
    const then = await activities()
    await run()
    expect(await activities()).toEqual(then)
    expect(await exchanges()).toHaveLength(5)
    expect(await objects.list(`plugins/${worldId}/atomic/`)).toEqual([])
  })

  it('where it takes more than one request, and who began it came to the first one only', async () => {
    world = `crowd-${uuidv7()}`
    worldId = await write(
      Array.from({ length: 10_100 }, (_, index) =>
        put(`body ${index}`, [(index % 2) + 0.5, 0.5, 0.5], { activity: 1 + (index % 2) }),
      ),
    )
    await holdSettings({ thermalDiffusion: 0.125 })
    await closeWindows(1)
    const before = await activities()
    let requests = 0
    const failing: WorldWriter = {
      write: (request) =>
        ++requests === 1 ? writer.write(request) : Promise.reject(new Error('the database has gone')),
    }
    await expect(run({ writer: failing })).rejects.toThrow('has gone')
    expect(totalQuanta(await activities())).not.toBe(totalQuanta(before))
    await run()
    const then = await activities()
    expect(totalQuanta(then)).toBe(totalQuanta(before))
    expect(new Set(Object.values(then))).toEqual(new Set([1.125, 1.875]))
  })

  it('and one that settles too late counts for nothing', async () => {
    const [first] = commitPlugins
    const late = {
      name: 'late',
      // somebody else is through with the window while this one still thinks
      afterWindow: async (...[asked, window]: Parameters<NonNullable<typeof first>['afterWindow']>) => {
        const commands = await first!.afterWindow(asked, window)
        await background.query(
          `UPDATE ledger_layers SET plugin_manifest = 1 WHERE world_id = $1 AND layer = 'atomic'`,
          [worldId],
        )
        return commands
      },
    }
    await run({ plugins: [late] })
    expect(await exchanges()).toEqual([])
    expect(await objects.list(`plugins/${worldId}/atomic/`)).toEqual([])
    expect(lines).toEqual([])
  })
})
