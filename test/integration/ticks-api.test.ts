import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { pruneSegments } from '#ledger/archivist/prune-segments'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTransaction } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'
import { until } from '../support/until.ts'

let ledger: LedgerHarness
let api: TestApi
const faults: string[] = []
/** What the real store and queue are to do before they do anything: a test lets them fail. */
const outage = { put: undefined as Error | undefined, send: undefined as Error | undefined }

beforeAll(async () => {
  ledger = await createLedgerHarness()
  const objects: ObjectStore = {
    ...ledger.objects,
    put: async (key, bytes) => {
      if (outage.put !== undefined) throw outage.put
      await ledger.objects.put(key, bytes)
    },
  }
  const queue: Queue = {
    ...ledger.queue,
    send: async (message) => {
      if (outage.send !== undefined) throw outage.send
      await ledger.queue.send(message)
    },
  }
  api = await startTestApi(ledger.database.url('orrery_app'), {
    ledger: { queue, objects },
    reportFault: (error) => faults.push((error as Error).message),
  })
})

afterAll(async () => {
  await api?.stop()
  await ledger?.close()
})

interface PostedTick {
  entityId: string
  tickId: number
  x: number
  y: number
  z?: number
  activity: number
  meta?: object
  timestamp?: string
}

const layers = [
  { name: 'atomic', cell: 0, commit: { windowTicks: 10 } },
  { name: 'planetary', cell: 3, commit: { windowTicks: 20 } },
]

let world: string
let worldId: string
let worlds = 0

/** A world of an external producer, which the calls below are about until the next one is made. */
const makeWorld = async (settings: object = {}): Promise<void> => {
  world = `w${++worlds}`
  const wanted = { producer: 'external', layers, shardCell: 4, ...settings }
  await api.call('POST', '/worlds', { name: world, settings: { ledger: wanted } })
  worldId = (await api.call('GET', `/worlds/${world}`)).body.worldId
}

beforeEach(() => makeWorld())

const tickOf = (entityId: string, tickId: number, rest: Partial<PostedTick> = {}): PostedTick => ({
  ...{ entityId, tickId, x: tickId * 1.5 - 20, y: entityId.length, activity: 0.5, ...rest },
})

const ticksOf = (from: number, to: number, entities = ['a', 'bb', 'ccc']): PostedTick[] =>
  Array.from({ length: to - from + 1 }, (_, at) => entities.map((id) => tickOf(id, from + at))).flat()

const post = (ticks: object[], rest: object = {}) =>
  api.call('POST', `/ticks?world=${world}`, { ticks, ...rest })

const state = (id: string) => api.call('GET', `/entity/${id}/state?world=${world}`)

/** All commits with their entries: what their hashes cover, but for the world. */
const chains = async () => {
  const text = `SELECT c.layer, shard, number, epoch_start, epoch_end, region, correction, count, weight_sum,
      e.activity_sum, activity_squares, entity_refs, late_from, late_to
    FROM commits c JOIN commit_entries e USING (commit_key) WHERE c.world_id = $1
    ORDER BY c.layer, shard, number, place, correction`
  return (await ledger.pool.query(text, [worldId])).rows
}

const entries = async (layer = 'atomic') => {
  const text = `SELECT correction, sum(count)::int AS count, sum(weight)::float8 AS weight,
      min(late_from)::int AS from, max(late_to)::int AS to
    FROM commit_entries WHERE world_id = $1 AND layer = $2 GROUP BY 1 ORDER BY 1`
  return (await ledger.pool.query(text, [worldId, layer])).rows
}

const rowsIn = async (table: string): Promise<number> =>
  (await ledger.pool.query(`SELECT count(*) AS count FROM ${table} WHERE world_id = $1`, [worldId])).rows[0]
    .count

describe('POST /ticks', () => {
  it('ticks become commits of all layers, and gamma', async () => {
    expect(await post(ticksOf(1, 45))).toMatchObject({
      status: 200,
      body: { taken: 135, duplicates: 0, expired: 0, watermark: 45 },
    })
    await ledger.serveAll()
    // windows end with 9, 19, 29 and 39; those of the layer above with 19 and 39
    for (const layer of ['atomic', 'planetary'])
      expect(await entries(layer)).toEqual([{ correction: false, count: 117, weight: 58.5, from: 0, to: 0 }])
    const { body } = await api.call('GET', `/gamma/current?world=${world}&layer=planetary`)
    expect(body.cells.reduce((sum: number, cell: { count: number }) => sum + cell.count, 0)).toBe(117)
  })

  it('counts each entity and tick once, in whatever batch it comes again', async () => {
    await post(ticksOf(1, 30))
    const again = [...ticksOf(20, 35), tickOf('a', 34, { activity: 9 }), tickOf('a', 5, { activity: 9 })]
    expect((await post(again)).body).toMatchObject({ taken: 15, duplicates: 35, watermark: 35 })
    expect((await post(again)).body).toMatchObject({ taken: 0, duplicates: 50, watermark: 35 })
    await post([], { watermark: 39 })
    await ledger.serveAll()
    expect(await entries()).toEqual([{ correction: false, count: 105, weight: 52.5, from: 0, to: 0 }])
    expect((await state('a')).body).toMatchObject({ tick: 35, activity: 0.5 })
  })

  it('counts once what comes in many batches at the same time', async () => {
    await makeWorld({ latenessTicks: 100 })
    const batches = [1, 11, 21, 5, 15, 1, 11, 21].map((from) => ticksOf(from, from + 9))
    const answers = await Promise.all(batches.map((batch) => post(batch)))
    expect(answers.map(({ status }) => status)).toEqual(batches.map(() => 200))
    const sum = (name: string) => answers.reduce((total, { body }) => total + body[name], 0)
    expect([sum('taken'), sum('duplicates')]).toEqual([90, 150])
    expect(await rowsIn('entity_ticks')).toBe(90)
    await post([], { watermark: 39 })
    await ledger.serveAll()
    expect(await entries()).toEqual([{ correction: false, count: 90, weight: 45, from: 0, to: 0 }])
  })

  it('rings for what waits when a batch comes again whose bells were lost', async () => {
    outage.send = new Error('the queue is away')
    expect((await post(ticksOf(1, 12))).status).toBe(200)
    outage.send = undefined
    expect(faults).toContain('the queue is away')
    await ledger.serveAll()
    expect(await chains()).toEqual([])
    expect((await post(ticksOf(1, 12))).body).toMatchObject({ taken: 0, duplicates: 36 })
    await ledger.serveAll()
    expect(await entries()).toMatchObject([{ count: 27 }])
  })

  it('a tick of a window that has passed is a correction', async () => {
    await post(ticksOf(1, 25))
    await ledger.serveAll()
    expect((await post([tickOf('late', 7, { activity: 2 })])).body).toMatchObject({ taken: 1, watermark: 25 })
    // of a window that is open still
    expect((await post([tickOf('slow', 22)])).body).toMatchObject({ taken: 1, watermark: 25 })
    await post(ticksOf(26, 40))
    await ledger.serveAll()
    expect(await entries()).toEqual([
      { correction: false, count: 39 * 3 + 1, weight: 59, from: 0, to: 0 },
      { correction: true, count: 1, weight: 2, from: 7, to: 7 },
    ])
  })

  it('the watermark stays behind by the lateness of the settings, and is what the client says', async () => {
    await makeWorld({ latenessTicks: 8 })
    expect((await post(ticksOf(1, 25))).body.watermark).toBe(17)
    expect((await post(ticksOf(2, 3, ['other']))).body.watermark).toBe(17)
    expect((await post(ticksOf(26, 27), { watermark: 27 })).body.watermark).toBe(27)
    expect((await post(ticksOf(28, 28), { watermark: 5 })).body.watermark).toBe(27)
    expect((await post([], { watermark: 30 })).body).toEqual({
      ...{ taken: 0, duplicates: 0, expired: 0, watermark: 30 },
    })
    await ledger.serveAll()
    expect(await entries()).toMatchObject([
      { correction: false, count: 28 * 3 },
      { correction: true, count: 2 },
    ])
  })

  it('does not take what is so old that nobody knows whether it was there', async () => {
    await makeWorld({ ticksKept: 20 })
    await post(ticksOf(1, 30))
    await post(ticksOf(31, 60))
    await ledger.serveAll()
    expect(await pruneSegments({ pool: ledger.pool, objects: ledger.objects })).toBe(1)
    expect(await rowsIn('entity_ticks')).toBe(90)
    const { body } = await post([tickOf('a', 30), tickOf('new', 30), tickOf('a', 31), tickOf('new', 31)])
    expect(body).toMatchObject({ taken: 1, duplicates: 1, expired: 2, watermark: 60 })
  })

  it('keeps meta, time and the position of a tick that has two axes', async () => {
    const at = { meta: { mood: 'calm', list: [1, 2] }, timestamp: '2026-11-26T10:00:00.250+01:00' }
    await post([tickOf('a', 3, { ...at, x: 0, y: 7, z: 2 }), tickOf('b', 3)])
    expect((await state('a')).body).toEqual({
      ...{
        entityId: 'a',
        tick: 3,
        position: [0, 7, 2],
        activity: 0.5,
        jitter: 0,
        activityHistory: [[3, 0.5]],
      },
      ...{ meta: at.meta, timestamp: '2026-11-26T09:00:00.250Z' },
    })
    expect((await state('b')).body).toMatchObject({ position: [-15.5, 1, 0], meta: {}, timestamp: null })
  })
})

describe('the order of batches', () => {
  const entities = ['a', 'bb', 'ccc', 'dddd']
  const all = ticksOf(1, 40, entities).map((tick, at) => ({
    ...tick,
    activity: at % 7 === 0 ? 0.1 * (at % 5) : 0.25 * Math.floor(tick.tickId / 9),
  }))

  const plan = fc.record({
    /** By tick, which batch it is in; and when batches are sent, and engines work. */
    batchOf: fc.array(fc.nat(6), { minLength: all.length, maxLength: all.length }),
    order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }),
    servedAfter: fc.nat(6),
    /** Sent a second time at the end. */
    repeated: fc.nat(6),
  })

  /** What is known once all batches are there, and the watermark behind them. */
  const outcome = async () => {
    await post([], { watermark: 40 })
    await ledger.serveAll()
    const states = await Promise.all(entities.map(async (id) => (await state(id)).body))
    return { commits: await chains(), states }
  }

  it('and their borders change no commit and no state, as long as none is late', async () => {
    await makeWorld({ latenessTicks: 100, shardCell: 6 })
    await post(all)
    const expected = await outcome()
    expect(expected.commits.length).toBeGreaterThan(20)
    expect(expected.states[0].activityHistory.length).toBeGreaterThan(5)
    await fc.assert(
      fc.asyncProperty(plan, async ({ batchOf, order, servedAfter, repeated }) => {
        await makeWorld({ latenessTicks: 100, shardCell: 6 })
        const batches = order.map((batch) => all.filter((_, at) => batchOf[at] === batch))
        for (const [at, batch] of [...batches, batches[repeated]!].entries()) {
          if (batch.length > 0) expect((await post(batch)).status).toBe(200)
          if (at === servedAfter) await ledger.serveAll()
        }
        expect(await outcome()).toEqual(expected)
      }),
      { numRuns: 5 },
    )
  })

  it('nor does it matter whether engines took ticks before or after the settings changed', async () => {
    const run = async (servesBetween: boolean) => {
      await makeWorld({ latenessTicks: 8, shardCell: 6 })
      await post(ticksOf(1, 25))
      for (const baseWeight of [2, 3]) {
        if (servesBetween) await ledger.serveAll()
        await api.call('PATCH', `/worlds/${world}/settings`, { ledger: { baseWeight } })
        await post([tickOf('a', 24 + baseWeight)], { watermark: 0 })
      }
      await post([], { watermark: 40 })
      await ledger.serveAll()
      return chains()
    }
    const expected = await run(true)
    expect(await run(false)).toEqual(expected)
    const text = `SELECT from_tick::int AS from, after_segment::int AS after, (settings->>'baseWeight')::int AS weight
      FROM ledger_cuts WHERE world_id = $1 ORDER BY 1`
    expect((await ledger.pool.query(text, [worldId])).rows).toEqual([
      { from: 1, after: 0, weight: 1 },
      { from: 18, after: 1, weight: 2 },
      { from: 19, after: 2, weight: 3 },
    ])
    expect(await entries()).toMatchObject([{ correction: false, count: 77, weight: 75 * 0.5 + 1 + 1.5 }])
  })

  it('and late ticks change the last state and the history as if they had come in time', async () => {
    await post([tickOf('a', 30, { activity: 3 }), tickOf('a', 10, { activity: 1 })])
    await post([tickOf('a', 20, { activity: 1 }), tickOf('a', 5, { activity: 3 })])
    await post([tickOf('a', 15, { activity: 2 })])
    const history = [
      [5, 3],
      [10, 1],
      [15, 2],
      [20, 1],
      [30, 3],
    ]
    expect((await state('a')).body).toMatchObject({ tick: 30, activity: 3, activityHistory: history })
  })

  it('a history has the last 100 changes', async () => {
    await post(Array.from({ length: 150 }, (_, at) => tickOf('a', at + 1, { activity: at % 2 })))
    const { activityHistory } = (await state('a')).body
    expect([activityHistory.length, activityHistory[0], activityHistory.at(-1)]).toEqual([
      ...[100, [51, 0], [150, 1]],
    ])
  })
})

describe('a producer is held back', () => {
  it('with 429 while the engines are behind, and goes on once they have caught up', async () => {
    await makeWorld({ backlogInputs: 5 })
    // windows that are open are nobody's backlog
    for (let tick = 1; tick <= 9; tick++) expect((await post(ticksOf(tick, tick))).status).toBe(200)
    const answers = []
    for (let tick = 10; tick <= 60; tick++) answers.push(await post(ticksOf(tick, tick)))
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.length).toBeGreaterThan(30)
    for (const { status, headers, body } of refused) {
      expect([status, headers.get('retry-after')]).toEqual([429, '5'])
      expect(body).toMatchObject({ title: 'Too many ticks', status: 429 })
    }
    const kept = await rowsIn('entity_ticks')
    expect(kept).toBe(3 * (9 + answers.length - refused.length))
    await ledger.serveAll()
    const next = kept / 3 + 1
    expect((await post(ticksOf(next, next + 30))).body).toMatchObject({ taken: 93 })
  })

  it('but not by late ticks that the engines have added up', async () => {
    await makeWorld({ backlogInputs: 3 })
    await post(ticksOf(1, 30))
    await ledger.serveAll()
    for (let tick = 1; tick <= 8; tick++) expect((await post([tickOf('late', tick)])).status).toBe(200)
    await ledger.serveAll()
    expect((await post(ticksOf(31, 32))).status).toBe(200)
  })
})

describe('nothing is taken', () => {
  const waitsText = `SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE NOT l.granted AND a.datname = current_database()`

  it('where the object store takes no segment: 503, and the same batch later counts once', async () => {
    await post(ticksOf(1, 5))
    outage.put = new Error('the store is away')
    const answer = await post(ticksOf(1, 12))
    outage.put = undefined
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(JSON.stringify(answer.body)).not.toContain('the store is away')
    expect(faults).toContain('the store is away')
    expect([await rowsIn('entity_ticks'), await rowsIn('tick_segments')]).toEqual([15, 1])
    expect((await state('a')).body).toMatchObject({ tick: 5 })
    expect((await post(ticksOf(1, 12))).body).toMatchObject({ taken: 21, duplicates: 15, watermark: 12 })
  })

  it('so far ahead that no later tick would count: 400, and the watermark stays', async () => {
    await post(ticksOf(1, 5))
    for (const body of [
      { ticks: [], watermark: 99_999_999_999 },
      { ticks: ticksOf(99_999_999_999, 99_999_999_999) },
    ]) {
      const answer = await api.call('POST', `/ticks?world=${world}`, body)
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'watermark' }] } })
    }
    expect((await post(ticksOf(6, 8))).body).toMatchObject({ taken: 9, watermark: 8 })
  })

  it.each(['physics', 'none'])('of a world whose producer is %s', async (producer) => {
    await makeWorld({ producer })
    const answer = await post(ticksOf(1, 2))
    expect(answer).toMatchObject({ status: 409, body: { title: 'Another producer' } })
    expect(answer.body.detail).toContain(producer)
    expect(await rowsIn('tick_streams')).toBe(0)
  })

  it('of a world whose ledger has no layers, and of none', async () => {
    await makeWorld({ layers: [] })
    expect((await post(ticksOf(1, 2))).status).toBe(409)
    world = 'nowhere'
    expect((await post(ticksOf(1, 2))).status).toBe(404)
    expect((await state('a')).status).toBe(404)
    expect(
      (await api.call('POST', '/ticks', { ticks: ticksOf(1, 1) }, { 'x-world': 'nowhere' })).status,
    ).toBe(404)
  })

  it('by the settings as they are once the stream is free', async () => {
    await post(ticksOf(1, 5))
    const waiting = await inTransaction(ledger.pool, async (client) => {
      await client.query('SELECT FROM tick_streams WHERE world_id = $1 FOR UPDATE', [worldId])
      const answer = post(ticksOf(6, 10))
      await until('the batch waits', async () => (await ledger.pool.query(waitsText)).rowCount)
      await api.call('PATCH', `/worlds/${world}/settings`, { ledger: { producer: 'physics' } })
      return { answer }
    })
    expect(await waiting.answer).toMatchObject({ status: 409 })
    expect(await rowsIn('entity_ticks')).toBe(15)
  })
})

describe('GET /entity/{id}/state', () => {
  it('of a world whose ticks the physics makes is what it wrote down, as of its last tick', async () => {
    await makeWorld({ producer: 'physics' })
    const admin = ledger.database.pool('orrery_migrate')
    await admin.query(
      `INSERT INTO tick_log (world_id, tenant_id, tick, to_seq) VALUES ($1, 'local', 25, 1)`,
      [worldId],
    )
    await admin.query(
      `INSERT INTO entity_physics_state (world_id, entity_id, tenant_id, x, y, z, mass, activity, jitter, anchored, tick)
       VALUES ($1, 'probe', 'local', 1, 2, 3, 4, 0.75, 0.5, false, 17)`,
      [worldId],
    )
    expect(await state('probe')).toMatchObject({
      status: 200,
      body: {
        ...{ entityId: 'probe', tick: 25, position: [1, 2, 3], activity: 0.75, jitter: 0.5 },
        ...{ activityHistory: [], meta: {}, timestamp: null },
      },
    })
    expect((await state('nobody')).status).toBe(404)
  })

  it('takes the world from the header', async () => {
    await post([tickOf('a', 1)])
    const answer = await api.call('GET', '/entity/a/state', undefined, { 'x-world': world })
    expect(answer).toMatchObject({ status: 200, body: { tick: 1 } })
    expect((await api.call('GET', '/entity/a/state')).status).toBe(404)
  })
})
