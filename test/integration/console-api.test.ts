import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readRunFile } from '../../scripts/local/run-file.ts'
import { type Stack, startStack } from '../../scripts/local/stack.ts'
import { until } from '../support/until.ts'

// a whole stack: what explains a value goes from the request to gamma
let dataDir: string
let stack: Stack
let relay: pg.Client
let background: pg.Client

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-console-api-'))
  const postgresSettings = ['fsync=off', 'synchronous_commit=off']
  stack = await startStack({ dataDir, port: 0, postgresSettings, log: () => {} })
  const { databaseUrls } = readRunFile(dataDir)!
  relay = new pg.Client({ connectionString: databaseUrls.orrery_relay })
  background = new pg.Client({ connectionString: databaseUrls.orrery_background })
  await Promise.all([relay.connect(), background.connect()])
})

afterAll(async () => {
  await Promise.all([relay?.end(), background?.end()])
  await stack?.stop()
  if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true })
})

interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the test expects it to be
  body: any
  next: string | undefined
}

const call = async (method: string, path: string, body?: unknown, headers = {}): Promise<Answer> => {
  const response = await fetch(`${stack.url}${path}`, {
    ...{ method, headers: { 'content-type': 'application/json', ...headers } },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const next = /<(.*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text), next }
}

const get = async (path: string) => (await call('GET', path)).body

let world: string
let worlds = 0
beforeEach(() => {
  world = `w${++worlds}`
})

const put = (id: string, more: object = {}, headers = {}) =>
  call('PUT', `/worlds/${world}/entities/${id}`, more, headers)

describe('the history of an entity', () => {
  it('has each change with its cause, newest first, in pages, by component and by field', async () => {
    const at = `/worlds/${world}/entities/hero`
    await put('hero', { position: [1, 0, 0] }, { 'x-request-id': 'made' })
    await call('PUT', `${at}/components/Health`, { current: 9, max: 9 }, { 'x-request-id': 'healed' })
    await call('POST', `${at}/move`, { position: [2, 0, 0] })
    await call('PATCH', `${at}/components/Health`, { current: 4 }, { 'x-request-id': 'hit' })
    const { entries, whole } = await get(`${at}/history`)
    expect(entries.map(({ type }: { type: string }) => type)).toEqual([
      ...['entity.updated.v1', 'entity.moved.v1', 'entity.updated.v1', 'entity.created.v1'],
    ])
    expect([whole, entries[3].cause.requestId]).toEqual([true, 'made'])
    const ofField = (await get(`${at}/history?field=Health.current`)).entries
    expect(ofField).toMatchObject([
      { changes: [{ field: 'Health.current', oldValue: 9, newValue: 4 }], cause: { requestId: 'hit' } },
      { changes: [{ field: 'Health.current', newValue: 9 }], cause: { requestId: 'healed' } },
    ])
    expect((await get(`${at}/history?field=Health.max`)).entries).toHaveLength(1)
    expect((await get(`${at}/history?component=Position`)).entries).toHaveLength(2)
    expect((await get(`${at}/history?asOf=3`)).entries).toHaveLength(2)
    const paged = []
    for (let path: string | undefined = `${at}/history?limit=1`; path !== undefined; ) {
      const page = await call('GET', path)
      paged.push(...page.body.entries)
      path = page.next
    }
    expect(paged).toEqual(entries)
  })

  it('goes on in a fork with what was before it, and over a deletion', async () => {
    await put('hero', { name: 'First' })
    await call('DELETE', `/worlds/${world}/entities/hero`)
    await put('hero', { name: 'Second' })
    await call('POST', '/admin/fork', { world, name: `${world}f` })
    await put('hero', { name: 'Not there' })
    await call('PUT', `/worlds/${world}f/entities/hero`, { name: 'Third' })
    const { entries } = await get(`/worlds/${world}f/entities/hero/history?field=name`)
    const values = entries.map(({ changes }: Answer['body']) => changes[0]?.newValue)
    expect(values).toEqual(['Third', 'Second', undefined, 'First'])
  })

  it.each([
    ['history?field=health', 400, 'query.field'],
    ['history?cursor=x', 400, 'query.cursor'],
    ['history?limit=0', 400, 'query.limit'],
    ['explain', 400, 'query.field'],
    ['explain?field=Health.current', 404, undefined],
    ['explain?field=name&asOf=99', 400, 'query.asOf'],
  ])('refuses %s', async (path, status, field) => {
    await put('hero')
    const { status: answered, body } = await call('GET', `/worlds/${world}/entities/hero/${path}`)
    expect([answered, body.errors?.[0].field]).toEqual([status, field])
    expect((await call('GET', `/worlds/${world}/entities/nobody/history`)).status).toBe(404)
  })
})

describe('a value is explained', () => {
  it('from the request to gamma', async () => {
    const layers = [{ name: 'atomic', cell: 0, commit: { windowTicks: 5 } }]
    await call('POST', '/worlds', { name: world, settings: { ledger: { layers } } })
    const body = { position: [3.5, 4.5, 5.5], parameters: { activity: 1, anchored: true } }
    await put('lamp', body, { 'x-request-id': 'lit' })
    const path = `/worlds/${world}/entities/lamp/explain?field=parameters.activity`
    const chain = await until('the window is committed, and in gamma', async () => {
      const found = await get(path)
      const [layer] = found.commits
      return layer?.commit.commitId !== undefined && layer.gamma !== null && found
    })
    expect(chain).toMatchObject({
      ...{ value: 1, field: 'parameters.activity', entityId: 'lamp' },
      event: { seq: 3, type: 'entity.created.v1', world, cause: { requestId: 'lit' } },
      request: { requestId: 'lit', status: 'applied', subject: expect.any(String) },
      batch: { destination: 'physics', delivered: true },
      tick: { fromSeq: expect.any(Number), toSeq: expect.any(Number) },
    })
    expect(chain.request.traceparent).toBe(chain.event.cause.traceparent)
    expect(chain.tick.fromSeq).toBeLessThanOrEqual(3)
    expect(chain.tick.toSeq).toBeGreaterThanOrEqual(3)
    const { commit, region, gamma } = chain.commits[0]
    expect([region, commit.namesEntity]).toEqual(['0:3:4:5', true])
    expect(commit.epochStart).toBeLessThanOrEqual(Math.max(1, chain.tick.tick))
    expect(commit.epochEnd).toBeGreaterThanOrEqual(chain.tick.tick)
    const { entries } = await get(`/commit/${commit.commitId}?world=${world}`)
    expect(entries).toMatchObject([{ region, entityRefs: ['lamp'] }])
    expect(gamma.weight).toBeGreaterThan(0)
    const verifying = await call('POST', `/admin/ledger/verify?world=${world}`)
    const verified = await until('the ledger is verified', async () => {
      const job = await get(`/admin/ledger/jobs/${verifying.body.jobId}?world=${world}`)
      return job.status === 'done' && job.result
    })
    expect(verified).toMatchObject({ holds: true, layers: [{ layer: 'atomic' }] })
  })

  it('says what is not there yet, and of which telling it was derived', async () => {
    await call('POST', `/api/chronicles/saga/events?world=${world}`, {
      events: [
        {
          ...{ id: 'duel', timestamp: '2018-01-01T00:00:00Z', eventType: 'combat', action: 'wounded' },
          ...{ summary: 'The duel', actors: [{ name: 'Ann', entityType: 'Character', role: 'agent' }] },
        },
      ],
    })
    const entities = await until('the chronicle has made its entity', async () => {
      const found = (await get(`/worlds/${world}/entities`)).entities
      return found?.length > 0 && found
    })
    const chain = await get(`/worlds/${world}/entities/${entities[0].id}/explain?field=name`)
    expect(chain.value).toBe('Ann')
    expect(chain.chronicleEvents).toMatchObject([{ chronicleId: 'saga', id: 'duel', action: 'wounded' }])
    for (const { commit } of chain.commits) expect(commit).toMatchObject({ absence: 'none' })
  })
})

describe('dead letters', () => {
  const die = async (destination: string, seq: number) => {
    await relay.query(
      `INSERT INTO dead_letters (world_id, destination, seq, tenant_id, error, attempts)
       SELECT world_id, $2, $3, tenant_id, 'QueueRefused: no', 3 FROM worlds WHERE name = $1`,
      [world, destination, seq],
    )
  }
  const path = () => `/worlds/${world}/dead-letters`
  const letters = async (query = '') => (await get(`${path()}${query}`)).letters

  it('are looked into, sent again one by one or all, and gone when they are accepted', async () => {
    for (const id of ['a', 'b', 'c']) await put(id)
    for (const seq of [2, 3, 4]) await die('physics', seq)
    await die('consumer:physics', 3)
    const listed = await get(path())
    expect(listed.counts).toMatchObject([
      { destination: 'consumer:physics', count: 1 },
      { destination: 'physics', count: 3 },
    ])
    expect(listed.letters[1]).toMatchObject({
      ...{ destination: 'physics', seq: 2, attempts: 3, error: 'QueueRefused: no' },
      event: { type: 'entity.created.v1', entityId: 'a', data: { entity: { id: 'a' } } },
    })
    const page = await call('GET', `${path()}?destination=physics&limit=2`)
    expect(page.body.letters).toHaveLength(2)
    expect((await call('GET', page.next!)).body.letters).toMatchObject([{ seq: 4 }])
    expect(await call('POST', `${path()}/replay`, { destination: 'physics', seq: 3 })).toMatchObject({
      ...{ status: 202, body: { status: 'requested', letters: 1 } },
    })
    await until('the relay has sent it', async () => (await letters('?destination=physics')).length === 2)
    expect((await letters('?destination=physics')).map(({ seq }: { seq: number }) => seq)).toEqual([2, 4])
    expect((await call('POST', `${path()}/replay`, {})).body.letters).toBe(2)
    await until('the relay has sent all', async () => (await letters()).length === 1)
    const [entry] = (await get(`/audit?world=${world}`)).entries
    expect(entry).toMatchObject({ action: 'replayDeadLetters', outcome: { status: 'requested', letters: 2 } })
  })

  it('are discarded for a reason that the audit log keeps', async () => {
    await put('a')
    await die('bus', 1)
    await die('bus', 2)
    await die('consumer:x', 2)
    const discard = (body: object) => call('POST', `${path()}/discard`, body)
    expect((await discard({ destination: 'bus', seq: 1, reason: 'a test' })).body).toMatchObject({
      discarded: 1,
    })
    const [entry] = (await get(`/audit?world=${world}`)).entries
    expect(entry).toMatchObject({
      action: 'discardDeadLetters',
      outcome: { status: 'applied', reason: 'a test', letters: [{ destination: 'bus', seq: 1 }] },
    })
    expect((await discard({ reason: 'all' })).body).toEqual({ status: 'applied', discarded: 2, more: false })
    expect(await letters()).toEqual([])
  })

  it('are refused, with the field at fault', async () => {
    await put('a')
    const cases: [string, object, number, string | undefined][] = [
      ['discard', {}, 400, 'reason'],
      ['discard', { reason: '  ' }, 400, 'reason'],
      ['discard', { reason: 'x', seq: 1 }, 400, 'destination'],
      ['discard', { reason: 'x', destination: 'bus', seq: 1 }, 404, undefined],
      ['replay', { seq: 0, destination: 'bus' }, 400, 'seq'],
      ['replay', { destination: 'consumer:x' }, 409, 'destination'],
      ['replay', { destination: 'bus', seq: 9 }, 404, undefined],
    ]
    for (const [action, body, status, field] of cases) {
      const answer = await call('POST', `${path()}/${action}`, body)
      expect([action, answer.status, answer.body.errors?.[0].field]).toEqual([action, status, field])
    }
  })
})

describe('saved queries', () => {
  const path = (name = '') => `/worlds/${world}/saved-queries${name && `/${name}`}`

  it('are kept as they were given, replaced, listed and forgotten', async () => {
    await put('a')
    const text = 'Health.current < 5'
    const first = await call('PUT', path('weak'), { query: text, description: 'who is weak' })
    expect(first).toMatchObject({
      status: 200,
      body: { name: 'weak', query: text, description: 'who is weak' },
    })
    const form = { where: { op: 'has', component: 'Health' } }
    expect((await call('PUT', path('all%20of%20them'), { query: form })).body.query).toMatchObject(form)
    const again = await call('PUT', path('weak'), { query: 'Health.current < 3' })
    expect(again.body).toMatchObject({ query: 'Health.current < 3', createdAt: first.body.createdAt })
    expect((await get(path())).queries.map(({ name }: { name: string }) => name)).toEqual([
      'all of them',
      'weak',
    ])
    expect((await call('POST', `/worlds/${world}/query`, { query: again.body.query })).status).toBe(200)
    expect((await call('DELETE', path('weak'))).status).toBe(204)
    expect((await call('DELETE', path('weak'))).status).toBe(404)
    expect((await call('GET', path('weak'))).status).toBe(404)
  })

  it('are checked before they are kept, and there are not too many', async () => {
    await put('a')
    for (const query of ['Health.current <', 'Mana.left > 3', { where: { op: 'nonsense' } }, 7]) {
      const { status, body } = await call('PUT', path('bad'), { query })
      expect([status, body.errors?.[0].field.split('.')[0]]).toEqual([400, 'query'])
    }
    expect((await call('PUT', path('x'.repeat(129)), { query: '' })).status).toBe(400)
    const { worldId } = await get(`/worlds/${world}`)
    const { databaseUrls } = readRunFile(dataDir)!
    const app = new pg.Client({ connectionString: databaseUrls.orrery_app })
    await app.connect()
    await app.query(`SELECT set_config('orrery.tenant', 'local', false)`)
    await app.query(
      `INSERT INTO saved_queries (world_id, tenant_id, name, query, description, saved_by)
       SELECT $1, 'local', 'q' || n, '""', '', '' FROM generate_series(1, 200) n`,
      [worldId],
    )
    await app.end()
    expect((await call('PUT', path('one-more'), { query: '' })).status).toBe(409)
    expect((await call('PUT', path('q7'), { query: 'Health' })).status).toBe(200)
  })
})

describe('the health of a world', () => {
  it('has what the log, the cursors and the snapshots say', async () => {
    await put('a', { position: [1, 2, 3] })
    await put('b')
    await call('POST', `/eustress/ingest/snapshot/${world}`)
    await call('POST', '/eustress/ingest/connection', {
      space_name: world,
      ...{ connection: { source_id: 'a', target_id: 'nobody', connection_type: 'near' } },
    })
    const health = await until('the relay has delivered it', async () => {
      const found = await get(`/worlds/${world}/health`)
      return (
        found.relay.length > 0 &&
        found.relay.every(({ lagEvents }: Answer['body']) => lagEvents === 0) &&
        found
      )
    })
    const { seq, danglingRelationships } = await get(`/worlds/${world}`)
    const [snapshot] = (await get(`/eustress/ingest/snapshots/${world}?view=summary`)).snapshots ?? []
    expect(health).toMatchObject({
      ...{ world, seq, ingest: { eventsLastMinute: seq, eventsLastHour: seq }, oldestUndeliveredMs: 0 },
      ...{ deadLetters: [], degraded: false },
      space: { danglingRelationships, snapshot: { qualityScore: expect.any(Number) } },
    })
    expect(danglingRelationships).toBe(1)
    if (snapshot !== undefined) expect(health.space.snapshot.snapshotId).toBe(snapshot.snapshot_id)
    expect((await call('GET', '/worlds/nowhere/health')).status).toBe(404)
  })

  it('counts what the last minute and hour brought, by the times of the log', async () => {
    await put('a')
    await put('b')
    const { worldId } = await get(`/worlds/${world}`)
    const { databaseUrls } = readRunFile(dataDir)!
    const owner = new pg.Client({ connectionString: databaseUrls.orrery_migrate })
    await owner.connect()
    await owner.query(
      `UPDATE world_events SET occurred_at = now() - interval '2 hours' WHERE world_id = $1 AND seq = 1`,
      [worldId],
    )
    await owner.query(
      `UPDATE world_events SET occurred_at = now() - interval '5 minutes' WHERE world_id = $1 AND seq = 2`,
      [worldId],
    )
    await owner.end()
    expect((await get(`/worlds/${world}/health`)).ingest).toMatchObject({
      eventsLastMinute: 1,
      eventsLastHour: 2,
    })
  })
})

describe('what worlds cost', () => {
  it('is made of what they keep and did, and says that it is an estimate', async () => {
    for (const id of ['a', 'b', 'c']) await put(id, { parameters: { note: 'x'.repeat(500) } })
    await put('a', { name: 'again' })
    const { worlds: found, ...head } = await get(`/costs?world=${world}`)
    expect(head).toMatchObject({ isEstimate: true, pricesOf: { region: 'us-east-1' } })
    const [cost] = found
    const { seq } = await get(`/worlds/${world}`)
    expect(cost).toMatchObject({ world, events: seq, requests: 4 })
    const rows = Object.fromEntries(cost.tables.map((one: Answer['body']) => [one.table, one.rows]))
    expect(rows).toMatchObject({ entities: 3, world_events: seq, components: 2, entity_history: 1 })
    const events = cost.tables.find(({ table }: Answer['body']) => table === 'world_events')
    expect(events.bytes).toBeGreaterThan(3 * 500)
    const sum = cost.items.reduce((all: number, { usd }: { usd: number }) => all + usd, 0)
    expect(cost.usd).toBeCloseTo(sum, 12)
    expect((await get(`/costs?world=${world}&to=2020-01-01T00:00:00Z`)).worlds[0]).toMatchObject({
      requests: 0,
      events: 0,
    })
    const names: string[] = []
    for (let path: string | undefined = '/costs?limit=2'; path !== undefined; ) {
      const page = await call('GET', path)
      names.push(...page.body.worlds.map((one: Answer['body']) => one.world))
      path = page.next
    }
    expect(names).toEqual((await get('/worlds?limit=1000')).worlds.map(({ name }: { name: string }) => name))
    expect(
      (await call('GET', '/costs?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).body.errors,
    ).toMatchObject([{ field: 'query.from' }])
  })
})
