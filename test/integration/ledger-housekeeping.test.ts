import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { archiveOld } from '#ledger/archivist/archive-old'
import { pruneSegments } from '#ledger/archivist/prune-segments'
import { readWindow } from '#ledger/fetch-input'
import { type LedgerSettings, ledgerSettings } from '#ledger/settings'
import type { EntityTick } from '#ledger/tick-rows'
import { lockForFork } from '#world/fork/find-fork-tick'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'

let ledger: LedgerHarness
beforeAll(async () => {
  ledger = await createLedgerHarness()
})
afterAll(() => ledger?.close())

interface Policy {
  afterTicks?: number | null
  quietAfterTicks?: number | null
  quietBelow?: number
}

const settingsOf = (archive: Policy, rest: object = {}): LedgerSettings =>
  ledgerSettings.parse({
    layers: [
      { name: 'atomic', cell: 0, commit: { windowTicks: 5 }, archive },
      { name: 'universal', cell: '*', commit: { windowTicks: 5 }, archive: { afterTicks: null } },
    ],
    ...{ shardCell: 4, producer: 'external', ...rest },
  })

/** One body in each of two shards: one that is calm and one that is not. */
const ticksOf = (from: number, to: number): EntityTick[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at).flatMap((tickId) => [
    { entityId: 'calm', tickId, x: 1, y: 1, z: 1, activity: 0.25, jitter: 0 },
    { entityId: 'lively', tickId, x: 100, y: 1, z: 1, activity: 8, jitter: 0 },
  ])

const live = async (name: string, settings: LedgerSettings, from: number, to: number, id?: string) => {
  const worldId = id ?? (await ledger.world(name))
  for (let tick = from; tick <= to; tick += 10) {
    await ledger.produce(worldId, settings, ticksOf(tick, tick + 9), tick + 9)
    await ledger.serveAll()
  }
  return worldId
}

const rowsOf = async (text: string, worldId: string): Promise<unknown[]> =>
  (await ledger.pool.query(text, [worldId])).rows.map(Object.values)

const archivist = () => {
  const { pool, objects } = ledger
  return { pool, objects, store: postgresLedgerStore({ pool, archive: objects, newId: uuidv7 }) }
}

const hot = (worldId: string) =>
  rowsOf(
    `SELECT layer, shard, min(epoch_end), max(epoch_end) FROM commits WHERE world_id = $1 AND archive_id IS NULL
     GROUP BY 1, 2 ORDER BY 1, 2`,
    worldId,
  )

describe('the archive policy of a layer', () => {
  it('takes commits that are old, no sooner than they are enough or twice as old', async () => {
    const settings = settingsOf({ afterTicks: 30 })
    const worldId = await live('old', settings, 0, 49)
    expect(await archiveOld(archivist())).toMatchObject({ commits: 0 })
    await live('old', settings, 50, 99, worldId)
    // those that end before tick 99 - 30
    expect(await archiveOld(archivist())).toMatchObject({ archives: 2, commits: 26 })
    expect(await hot(worldId)).toEqual([
      ['atomic', '4:0:0:0', 69, 99],
      ['atomic', '4:6:0:0', 69, 99],
      ['universal', '*', 4, 99],
    ])
    expect(await archiveOld(archivist())).toMatchObject({ commits: 0 })
    // entries that left the database lie in the archive, and gamma still has them
    const [[kept]] = (await rowsOf(
      'SELECT sum(count)::int FROM gamma_cells WHERE world_id = $1 AND layer = $$atomic$$',
      worldId,
    )) as [[number]]
    expect(kept).toBe(2 * 100)
  })

  it('takes commits of quiet regions sooner', async () => {
    const worldId = await live(
      'quiet',
      settingsOf({ afterTicks: 1_000, quietAfterTicks: 20, quietBelow: 0.5 }),
      0,
      59,
    )
    expect(await archiveOld(archivist())).toMatchObject({ archives: 1, commits: 7 })
    expect(await hot(worldId)).toEqual([
      ['atomic', '4:0:0:0', 39, 59],
      ['atomic', '4:6:0:0', 4, 59],
      ['universal', '*', 4, 59],
    ])
  })

  it('of null takes nothing', async () => {
    await live('kept', settingsOf({ afterTicks: null }), 0, 59)
    expect(await archiveOld(archivist())).toMatchObject({ commits: 0 })
  })

  it('is followed by two archivists at once, and no commit is taken twice', async () => {
    const worldId = await live('both', settingsOf({ afterTicks: 20 }), 0, 99)
    const found = await Promise.all([archiveOld(archivist()), archiveOld(archivist())])
    expect(found[0]!.commits + found[1]!.commits).toBe(2 * 15)
    expect(
      await rowsOf(
        'SELECT count(*)::int FROM commits WHERE world_id = $1 AND archive_id IS NOT NULL',
        worldId,
      ),
    ).toEqual([[30]])
  })

  it('may take a window while a layer above reads it, which finds each entry once', async () => {
    const worldId = await live('read', settingsOf({ afterTicks: null }), 0, 49)
    const window = { worldId, layer: 'atomic' as const, windowEnd: 4 }
    const read = (pool: pg.Pool) => readWindow({ ...ledger, pool }, window, '*')
    const before = await read(ledger.pool)
    // tick 0 came late: an entry and a correction of each body
    expect(before).toHaveLength(4)
    let asked = 0
    // as soon as the first statement has its answer
    const archiving = (query: pg.PoolClient['query']) =>
      (async (...args: Parameters<pg.PoolClient['query']>) => {
        const answer = await query(...args)
        const [text] = args as unknown as [string | { text: string }]
        const isRead = (typeof text === 'string' ? text : text.text).includes('commit_entries')
        if (isRead && asked++ === 0)
          for (const shard of ['4:0:0:0', '4:6:0:0'])
            await archivist().store.archiveCommits({
              ...window,
              tenantId: 'local',
              shard,
              fromNumber: 1,
              toNumber: 1,
            })
        return answer
      }) as pg.PoolClient['query']
    const pool = new Proxy(ledger.pool, {
      get: (target, name) => {
        if (name === 'query') return archiving(target.query.bind(target) as never)
        if (name !== 'connect') return Reflect.get(target, name)
        return async () => {
          const client = await target.connect()
          const query = archiving(client.query.bind(client) as never)
          return new Proxy(client, {
            get: (inner, key) => {
              const value = Reflect.get(inner, key)
              return key === 'query' ? query : typeof value === 'function' ? value.bind(inner) : value
            },
          })
        }
      },
    })
    expect(await read(pool)).toEqual(before)
    expect(asked).toBeGreaterThan(0)
    expect(await read(ledger.pool)).toEqual(before)
  })

  it('waits while the world is being forked', async () => {
    const worldId = await live('forking', settingsOf({ afterTicks: 20 }), 0, 99)
    const forking = await ledger.pool.connect()
    try {
      await forking.query('BEGIN')
      await lockForFork(forking, worldId)
      expect(await archiveOld(archivist())).toMatchObject({ commits: 0 })
    } finally {
      await forking.query('ROLLBACK')
      forking.release()
    }
    expect(await archiveOld(archivist())).toMatchObject({ commits: 30 })
  })

  it('does not keep a layer that is added later from what was archived', async () => {
    const settings = settingsOf({ afterTicks: 20 })
    const before = { ...settings, layers: settings.layers.slice(0, 1) }
    const worldId = await live('grown', before, 0, 99)
    expect(await archiveOld(archivist())).toMatchObject({ commits: 30 })
    await live('grown', settings, 100, 119, worldId)
    const sums = `SELECT count(*)::int, sum(contributions)::int FROM commits WHERE world_id = $1 AND layer = `
    expect(await rowsOf(`${sums} 'universal'`, worldId)).toEqual([[24, 240]])
  })
})

describe('raw ticks', () => {
  const segments = (worldId: string) =>
    rowsOf('SELECT min(from_tick), max(to_tick) FROM tick_segments WHERE world_id = $1', worldId)
  const inputs = (worldId: string) =>
    rowsOf(`SELECT min(input) FROM ledger_inputs WHERE world_id = $1 AND layer = 'atomic'`, worldId)

  it('are deleted when they were committed and kept for long enough, objects and rows', async () => {
    const worldId = await live('raw', settingsOf({}, { ticksKept: 30 }), 0, 99)
    expect(await pruneSegments(archivist())).toBe(7)
    expect(await segments(worldId)).toEqual([[70, 99]])
    expect(await inputs(worldId)).toEqual([[8]])
    expect(await ledger.objects.list(`ticks/${worldId}/`)).toHaveLength(3)
    expect(await rowsOf('SELECT pruned_to FROM tick_streams WHERE world_id = $1', worldId)).toEqual([[69]])
    expect(await pruneSegments(archivist())).toBe(0)
  })

  it('are deleted sooner where they are too large', async () => {
    const worldId = await live('large', settingsOf({}, { ticksKept: 1_000_000, ticksKeptMb: 1 }), 0, 49)
    expect(await pruneSegments(archivist())).toBe(0)
    const admin = ledger.database.pool('orrery_migrate')
    await admin.query('UPDATE tick_segments SET bytes = 400000 WHERE world_id = $1', [worldId])
    expect(await pruneSegments(archivist())).toBe(3)
    expect(await segments(worldId)).toEqual([[30, 49]])
  })

  it('stay where a shard still needs them', async () => {
    const settings = settingsOf({}, { ticksKept: 0 })
    const worldId = await live('needed', settings, 0, 19)
    await ledger.pool.query(`UPDATE ledger_layers SET paused = true WHERE world_id = $1`, [worldId])
    await live('needed', settings, 20, 49, worldId)
    expect(await pruneSegments(archivist())).toBe(2)
    expect(await segments(worldId)).toEqual([[20, 49]])
  })
})
