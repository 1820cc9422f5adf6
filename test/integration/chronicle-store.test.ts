import fc from 'fast-check'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChronicleEvent } from '#chronicle/chronicle-event'
import { chronicleEventSchema } from '#chronicle/schemas'
import { searchChronicle } from '#chronicle/search/search-chronicle'
import { createPool, inTenantTransaction } from '#platform/postgres/pool'
import type { Command, WriteOutcome } from '#world/commands'
import { writeGroup } from '#world/write'
import { writerPoolOptions } from '#world/writer'
import { startTestApi, type TestApi } from '../support/api.ts'
import { chroniclesOf, told } from '../support/chronicle.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let admin: pg.Client
let app: pg.Pool
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  app = createPool({
    ...{ ...writerPoolOptions, connectionString: database.url('orrery_app'), applicationName: 'test-writer' },
  })
  api = await startTestApi(database.url('orrery_app'))
})

afterAll(async () => {
  await api?.stop()
  await app?.end()
  await admin?.end()
  await database?.drop()
})

const event = (id: string, fields: object = {}): ChronicleEvent =>
  chronicleEventSchema.parse(told(id, fields))

/** All requests in one transaction. */
const writeTogether = (world: string, requests: Command[][]): Promise<WriteOutcome[]> =>
  writeGroup(
    {
      ...{ pool: app, now: () => new Date(), newId: uuidv7 },
      doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
    },
    requests.map((commands) => ({ tenantId: 'local', world, requestId: uuidv7(), commands })),
  )

const idOf = async (world: string): Promise<string> =>
  (await admin.query('SELECT world_id FROM worlds WHERE name = $1', [world])).rows[0].world_id

const record = (...events: ChronicleEvent[]): Command => ({
  ...{ kind: 'record-chronicle-events', chronicleId: 'c', events },
})

describe('the write path', () => {
  it('any split of a list of events into batches, with repeats, gives the same rows', async () => {
    const all = Array.from({ length: 12 }, (_, n) =>
      event(`e${n}`, {
        keywords: [`k${n % 3}`],
        actors: [{ name: `A${n}`, entityType: 'Character', role: 'agent' }],
      }),
    )
    const rowsOf = async (world: string) => {
      const text = `SELECT chronicle_id, event_id, version, told_at, document, digest, marks, search, search_text, retracted
        FROM chronicle_events WHERE world_id = $1 ORDER BY event_id`
      const { rows } = await admin.query(text, [await idOf(world)])
      const counts = await admin.query('SELECT event_count FROM chronicles WHERE world_id = $1', [
        await idOf(world),
      ])
      return { rows, counts: counts.rows }
    }
    await writeTogether('whole', [[record(...all)]])
    const expected = await rowsOf('whole')
    expect(expected.rows).toHaveLength(12)
    let run = 0
    const batches = fc.array(fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 6 }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(batches, fc.boolean(), async (split, together) => {
        const world = `split ${run++}`
        const rest = all.filter((_, n) => !split.flat().includes(n))
        const lists = [...split.map((batch) => batch.map((n) => all[n]!)), rest].filter(
          ({ length }) => length > 0,
        )
        const requests = lists.map((events) => [record(...events)])
        const outcomes: WriteOutcome[] = []
        if (together) outcomes.push(...(await writeTogether(world, requests)))
        else for (const request of requests) outcomes.push(...(await writeTogether(world, [request])))
        expect(await rowsOf(world)).toEqual(expected)
        const counts = outcomes.map(
          (outcome) => (outcome.status === 'applied' ? outcome.chronicle! : undefined)!,
        )
        expect(counts.reduce((sum, { recorded }) => sum + recorded, 0)).toBe(12)
        const told = lists.flat().length
        expect(counts.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(told - 12)
      }),
      { numRuns: 25 },
    )
  })

  it('one transaction keeps every version that passes in it', async () => {
    const outcomes = await writeTogether('passing', [
      [record(event('a'), event('b'))],
      [{ kind: 'change-chronicle-event', chronicleId: 'c', event: event('a', { summary: 'Two' }) }],
      [{ kind: 'retract-chronicle-event', chronicleId: 'c', eventId: 'a', reason: 'no' }],
      [{ kind: 'change-chronicle-event', chronicleId: 'c', event: event('a', { summary: 'Three' }) }],
      [record(event('d')), record(event('b', { summary: 'Another' }))],
    ])
    expect(outcomes.map(({ status }) => status)).toEqual([
      'applied',
      'applied',
      'applied',
      'refused',
      'refused',
    ])
    expect(outcomes[4]).toMatchObject({ refusal: { commandIndex: 1, data: { index: 0, eventId: 'b' } } })
    const { get, chronicle, list } = chroniclesOf(api, 'passing')
    expect((await get('c', 'a', '/history')).body.versions).toMatchObject([
      { version: 1, seq: 2, summary: 'Summary of a' },
      { version: 2, seq: 3, summary: 'Two' },
      { version: 3, seq: 4, summary: 'Two', retracted: true, reason: 'no' },
    ])
    expect((await get('c', 'a', '?asOf=3')).body.summary).toBe('Two')
    expect((await list('c')).body.events).toMatchObject([{ id: 'b', version: 1 }])
    expect((await chronicle('c')).body.eventCount).toBe(1)
  })

  it('says how far the log has recorded, and names in it what was recorded', async () => {
    await writeTogether('log', [[record(event('a'), event('a'))], [{ kind: 'take-snapshot' }]])
    await api.call('POST', '/api/chronicles?world=log', { id: 'empty' })
    const worldId = await idOf('log')
    const { rows } = await admin.query(
      'SELECT type, data FROM world_events WHERE world_id = $1 ORDER BY seq',
      [worldId],
    )
    expect(rows.slice(1)).toEqual([
      { type: 'chronicle.recorded.v1', data: { chronicleId: 'c', eventIds: ['a'] } },
      { type: 'chronicle.created.v1', data: { chronicleId: 'empty', title: 'empty', description: '' } },
    ])
    const progress = await admin.query(
      'SELECT recorded_seq, projected_seq FROM chronicle_progress WHERE world_id = $1',
      [worldId],
    )
    expect(progress.rows.map((row) => [Number(row.recorded_seq), Number(row.projected_seq)])).toEqual([
      [2, 0],
    ])
  })
})

describe('the overflow', () => {
  it('takes events while the database is away; they are applied after', async () => {
    const key = { tenantId: 'local', world: 'away' }
    const { post, list, put } = chroniclesOf(api, 'away')
    await post('c', told('before'))
    await api.overflow.divert(key, { ...key, requestId: 'first', commands: [] })
    const events = [told('a', { data: { n: 1 } }), told('b')]
    expect(await post('c', { events }, { 'x-request-id': 'waits' })).toMatchObject({
      ...{
        status: 202,
        body: { status: 'waiting', recorded: null, duplicates: null, seq: null, requestId: 'waits' },
      },
    })
    expect((await put('c', 'a', told('a', { summary: 'Changed' }))).status).toBe(202)
    expect((await post('c', told('a'), { 'x-request-id': 'refused' })).status).toBe(202)
    await api.overflow.drain(key, (request) => api.api.applyOverflow(request))
    expect((await list('c')).body.events).toMatchObject([
      { id: 'a', version: 2, summary: 'Changed' },
      { id: 'b', version: 1 },
      { id: 'before' },
    ])
    const outcome = await api.call('GET', '/requests/refused?world=away')
    expect(outcome.body).toMatchObject({ status: 'refused' })
    expect((await post('c', told('b'))).body).toMatchObject({ recorded: 0, duplicates: 1 })
  })
})

describe('a search', () => {
  let worldId: string
  const search = async (query: string, more: object = {}, tenant = 'local') => {
    const hits = await inTenantTransaction(app, tenant, (client) =>
      searchChronicle(client, worldId, { query, limit: 10, ...more }),
    )
    return hits.map(({ eventId }) => eventId)
  }
  beforeAll(async () => {
    const actors = (...names: string[]) => ({
      actors: names.map((name) => ({ name, entityType: 'Character', role: 'agent' })),
    })
    await chroniclesOf(api, 'searched').post('c', {
      events: [
        told('siege', {
          summary: 'Saladin besieged Jerusalem',
          ...actors('Saladin'),
          timestamp: '1187-09-20T00:00:00Z',
        }),
        told('truce', { summary: 'Saladin and Richard made a truce', ...actors('Saladin', 'Richard') }),
        told('trade', {
          summary: 'Merchants sold spices',
          keywords: ['market'],
          data: { goods: ['pepper from Malabar'] },
        }),
      ],
    })
    await chroniclesOf(api, 'searched').post('d', told('siege', { summary: 'Another siege of Jerusalem' }))
    worldId = await idOf('searched')
  })

  it('finds words in all that is told, what has most of them first', async () => {
    expect(await search('Richard Saladin')).toEqual(['truce', 'siege'])
    expect((await search('merchant'))[0]).toBe('trade')
    expect(await search('market')).toEqual(['trade'])
    expect(await search('pepper')).toEqual(['trade'])
  })

  it('forgives a misspelled name', async () => {
    expect((await search('Saladdin')).sort()).toEqual(['siege', 'truce'])
    expect(await search('Ricard')).toEqual(['truce'])
  })

  it('means quotes and exclusions', async () => {
    expect(await search('Saladin -truce')).toEqual(['siege'])
    expect(await search('"made a truce"')).toEqual(['truce'])
    expect(await search('"truce made"')).toEqual([])
  })

  it('keeps to a chronicle, a time of the story, a seq, and what is not retracted', async () => {
    expect(await search('Jerusalem')).toEqual(['siege', 'siege'])
    expect(await search('Jerusalem', { chronicleId: 'd' })).toEqual(['siege'])
    expect(await search('Saladin', { to: '1200-01-01T00:00:00.000Z' })).toEqual(['siege'])
    expect(await search('Saladin', { from: '1200-01-01T00:00:00.000Z' })).toEqual(['truce'])
    expect(await search('Jerusalem', { asOf: 2 })).toEqual(['siege'])
    expect((await search('Saladdin', { asOf: 2 })).sort()).toEqual(['siege', 'truce'])
    expect(await search('Saladin', { asOf: 1 })).toEqual([])
    await chroniclesOf(api, 'searched').retract('d', 'siege')
    expect(await search('Jerusalem')).toEqual(['siege'])
    expect(await search('Jerusalem', { asOf: 3 })).toEqual(['siege', 'siege'])
  })

  it('answers the same each time, and a stranger nothing', async () => {
    const twice = [await search('Saladin Jerusalem spices'), await search('Saladin Jerusalem spices')]
    expect(twice[0]).toEqual(twice[1])
    for (const query of ['Saladin', 'Saladdin', 'siege'])
      expect(await search(query, {}, 'stranger')).toEqual([])
    expect(await search('Saladin', { asOf: 2 }, 'stranger')).toEqual([])
  })

  it.each(["'", '!!', '((', '" "', '-', '%', 'the', '😀', 'a'.repeat(1_024)])(
    'takes %s as words',
    async (query) => {
      expect(await search(query)).toEqual([])
    },
  )
})
