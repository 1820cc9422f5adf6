import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { Queue } from '#platform/queue/queue'
import { EventsGone } from '#relay/events-gone'
import { readEvents } from '#relay/read-events'
import { replayFrom } from '#relay/replay'
import { runErasures } from '#retention/erase/run-erasures'
import { PastArchived } from '#retention/recall'
import { runRetention } from '#retention/run'
import { serveDatasets } from '#training/serve-datasets'
import { createWorldWriter } from '#world/writer'
import { hideSealed } from '../../functions/sealed-answers.ts'
import { retentionCommand } from '../../scripts/retention/command.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const folder = mkdtempSync(join(tmpdir(), 'orrery-retained-'))
const objects = filesystemObjectStore(folder)
const bells: string[] = []
const queue: Queue = {
  send: async ({ body }: { body: string }) => void bells.push(body),
} as unknown as Queue
const dayMs = 86_400_000

let database: TestDatabase
let api: TestApi
let admin: pg.Pool
let background: pg.Pool

beforeAll(async () => {
  database = await createTestDatabase()
  background = database.pool('orrery_background')
  admin = database.pool('postgres' as never)
  api = await startTestApi(database.url('orrery_app'), { ledger: { queue, objects }, datasets: objects })
})

afterAll(async () => {
  await api?.stop()
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await api.call(method, path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer
}

const put = (world: string, id: string, x: number, parameters: object = {}) =>
  call('PUT', `/worlds/${world}/entities/${id}`, {
    ...{ name: `name of ${id}`, classType: 'Part', position: [x, 0, 0], tags: [], parameters },
  })

const worldIdOf = async (name: string): Promise<string> =>
  (await background.query('SELECT world_id FROM worlds WHERE name = $1', [name])).rows[0].world_id

/** Everybody who reads the log has come to its end, and nobody holds the world. */
const settle = async (name: string): Promise<void> => {
  await admin.query(
    `INSERT INTO relay_cursors (world_id, tenant_id, destination, seq)
     SELECT world_id, tenant_id, 'test', seq FROM worlds WHERE name = $1
     ON CONFLICT (world_id, destination) DO UPDATE SET seq = excluded.seq`,
    [name],
  )
  await admin.query('UPDATE worlds SET first_body_change_seq = NULL WHERE name = $1', [name])
}

/** As if it were so many days later. */
const runLater = async (days: number): Promise<unknown> => {
  const failures: unknown[] = []
  const now = () => new Date(Date.now() + days * dayMs)
  await admin.query(`DELETE FROM retention_state WHERE source = '*'`)
  const done = await runRetention({ pool: background, objects, now, newId: uuidv7 }, (error) =>
    failures.push(error),
  )
  expect(failures).toEqual([])
  return done
}

const command = async (...args: string[]): Promise<{ code: number; text: string }> => {
  const lines: string[] = []
  const env = { DATABASE_URL: database.url('orrery_background'), OBJECT_STORE_DIR: folder }
  const code = await retentionCommand({
    args,
    env,
    out: (line) => lines.push(line),
    err: (line) => lines.push(line),
  })
  return { code, text: lines.join('\n') }
}

describe('the settings', () => {
  it.each([
    [{ history: { hotDays: 3 } }, 'settings.retention.history.hotDays'],
    [{ history: { hotDays: 3, archive: true, expireDays: 2 } }, 'settings.retention.history.expireDays'],
    [{ events: { expireDays: -1 } }, 'settings.retention.events.expireDays'],
    [{ history: { expireDays: 9 } }, 'settings.retention.sceneSnapshots.expireDays'],
    [{ forever: true }, 'settings.retention.forever'],
  ])('refuse %j', async (retention, field) => {
    await put('refusing', 'a', 1)
    const answer = await api.call('PATCH', '/worlds/refusing/settings', { retention })
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body)).toContain(field)
  })
})

describe('a world whose past is in the archive', () => {
  beforeAll(async () => {
    for (const x of [1, 2, 3, 4]) await put('old', 'a', x)
    await call('PUT', '/worlds/old/entities/a/components/Health', { current: 5, max: 10 })
    await put('old', 'b', 7)
    await call('DELETE', '/worlds/old/entities/b')
    const retention = {
      history: { hotDays: 1, archive: true, expireDays: 30 },
      events: { hotDays: 1, archive: true },
      sceneSnapshots: { hotDays: 1, archive: true, expireDays: 30 },
    }
    await call('POST', '/eustress/ingest/snapshot/old')
    await call('PATCH', '/worlds/old/settings', { retention })
    await settle('old')
  })

  it('is planned before it goes, and a plan changes nothing', async () => {
    const before = await background.query('SELECT count(*) FROM entity_history')
    expect(await command('plan', '--world', 'old')).toMatchObject({ code: 0 })
    expect((await background.query('SELECT count(*) FROM entity_history')).rows).toEqual(before.rows)
    expect(await objects.list('retained/')).toEqual([])
  })

  it('answers as before, and says that it was archived', async () => {
    const paths = [
      '/worlds/old/entities?asOf=2',
      '/worlds/old/entities/a?asOf=3&physics=false',
      '/worlds/old/entities/a/components/Health?asOf=6',
      '/worlds/old/relationships?asOf=3',
      '/worlds/old/hierarchy?asOf=7',
      '/worlds/old/diff/old?atA=2&atB=7',
      '/worlds/old/entities/a/history',
      '/worlds/old/entities/a/history?asOf=3&field=Position.x',
      '/worlds/old/entities/a/explain?field=Position.x&asOf=3',
    ]
    const query = { query: 'Position.x >= 1', asOf: 3 }
    const read = async () =>
      Promise.all([
        ...paths.map(async (path) => (await call('GET', path)).body),
        (await call('POST', '/worlds/old/query', query)).body,
      ])
    const before = await read()
    expect(await runLater(2)).toMatchObject({ expired: 0 })
    const left = await background.query(`SELECT count(*) AS count FROM entity_history WHERE world_id = $1`, [
      await worldIdOf('old'),
    ])
    expect(left.rows[0].count).toBe(0)
    const one = await call('GET', '/worlds/old/entities/a?asOf=3&physics=false')
    expect(one.headers.get('orrery-archived')).toBe('true')
    // without requestId and the like nothing differs
    expect(await read()).toEqual(before)
    const now = await call('GET', '/worlds/old/entities/a')
    expect(now.headers.get('orrery-archived')).toBeNull()
  })

  it('says in its status what is where', async () => {
    const { text } = await command('status', '--world', 'old')
    expect(text).toMatch(/entity_history: \d+ rows in the archive \(1 objects/)
    expect(text).toMatch(/world_events: \d+ rows in the archive/)
  })

  it('tells who reads the log that it has gone, and gives it back', async () => {
    await runLater(3)
    const worldId = await worldIdOf('old')
    await expect(readEvents(background, worldId, 0, 10)).rejects.toThrow(EventsGone)
    const relay = database.pool('orrery_relay', 1)
    await expect(replayFrom(relay, worldId, 1)).rejects.toThrow(PastArchived)
    expect(await command('restore', '--world', 'old', '--events', '1')).toMatchObject({ code: 0 })
    expect((await readEvents(background, worldId, 0, 100)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: (await call('GET', '/worlds/old')).body.seq }, (_, at) => at + 1),
    )
    expect(await replayFrom(relay, worldId, 1)).toEqual(['test'])
    // what a cursor has yet to read stays, however long ago it was brought back
    await runLater(40)
    expect(await readEvents(background, worldId, 0, 2)).toHaveLength(2)
    await settle('old')
  })

  it('is gone after its time', async () => {
    await runLater(33)
    const answer = await api.call('GET', '/worlds/old/entities?asOf=2')
    expect(answer.status).toBe(410)
    expect(answer.body.oldestSeq).toBeGreaterThan(2)
    const oldest = await api.call('GET', `/worlds/old/entities?asOf=${answer.body.oldestSeq}`)
    expect(oldest.status).toBe(200)
    expect(await objects.list(`retained/${await worldIdOf('old')}/entity_history/`)).toEqual([])
    expect((await api.call('POST', '/admin/fork', { world: 'old', name: 'late', atSeq: 2 })).status).toBe(410)
  })

  it('is another tenant’s business in no way', async () => {
    const app = database.pool('orrery_app', 1)
    for (const table of [
      'retention_state',
      'retention_batches',
      'retention_hours',
      'erasures',
      'entity_pseudonyms',
    ]) {
      const client = await app.connect()
      try {
        await client.query(`SELECT set_config('orrery.tenant', 'stranger', false)`)
        expect((await client.query(`SELECT * FROM ${table}`)).rows).toEqual([])
      } finally {
        await client.query(`SELECT set_config('orrery.tenant', '', false)`)
        client.release()
      }
    }
  })
})

const serveTraining = () =>
  serveDatasets({ ...{ pool: background, objects, hide: hideSealed }, isOver: () => false }, undefined)

const trainOn = async (world: string) => {
  const range = { start_time: '2020-01-01T00:00:00Z', end_time: '2100-01-01T00:00:00Z' }
  const epoch = (await call('POST', `/eustress/epochs/${world}`, range)).body
  return { epoch, path: `/eustress/epochs/${world}/${epoch.id}` }
}

describe('a training set of a world whose past is in the archive', () => {
  it('is made, has the same samples and the same files, and does not expire', async () => {
    for (const id of ['a', 'b']) for (const x of [1, 2]) await put('trained', id, x, { note: `${id} ${x}` })
    await call('POST', '/eustress/ingest/snapshot/trained')
    for (const x of [3, 4, 5]) await put('trained', 'a', x)
    await call('DELETE', '/worlds/trained/entities/b')
    await call('POST', '/eustress/ingest/snapshot/trained')
    await put('trained', 'a', 6)
    const retention = {
      history: { hotDays: 1, archive: true, expireDays: 30 },
      sceneSnapshots: { hotDays: 1, archive: true, expireDays: 30 },
    }
    await call('PATCH', '/worlds/trained/settings', { retention })
    await settle('trained')
    const { epoch, path } = await trainOn('trained')
    expect(epoch.sample_count).toBe(3)
    const samples = async (query = '') => (await fetch(`${api.url}${path}/samples${query}`)).text()
    const dataset = async (seed: number) => {
      const asked = (await call('POST', `${path}/datasets`, { format: 'ndjson', seed })).body
      await serveTraining()
      const made = (await call('GET', `/eustress/datasets/trained/${asked.id}`)).body
      return made.parts.map(({ rows, sha256 }: { rows: number; sha256: string }) => [rows, sha256])
    }
    const drawn = '?sampling=balanced&size=1&seed=7'
    const before = [await samples(), await samples(drawn), await dataset(1)]
    const worldId = await worldIdOf('trained')
    const left = async (table: string) => {
      const text = `SELECT count(*) AS count FROM ${table} WHERE world_id = $1`
      return (await background.query(text, [worldId])).rows[0].count
    }

    await runLater(2)
    expect([await left('entity_history'), await left('scene_snapshots')]).toEqual([0, 0])
    // by whoever works on datasets, as the background role
    expect(await dataset(2)).toEqual(before[2])
    await runLater(4)
    expect(await left('entity_history')).toBe(0)
    const again = await fetch(`${api.url}${path}/samples`)
    expect(again.headers.get('orrery-archived')).toBe('true')
    expect([await again.text(), await samples(drawn)]).toEqual(before.slice(0, 2))
    await runLater(6)
    // snapshots in the archive are among those that an epoch is made of
    const late = (await trainOn('trained')).epoch
    expect([late.snapshot_ids, late.stats]).toEqual([epoch.snapshot_ids, epoch.stats])

    // what it stands on stays; what was over before its first snapshot does not
    await runLater(60)
    await runLater(62)
    expect((await api.call('GET', '/worlds/trained/entities?asOf=2')).status).toBe(410)
    expect([await samples(), await samples(drawn)]).toEqual(before.slice(0, 2))
    expect((await trainOn('trained')).epoch.snapshot_ids).toEqual(epoch.snapshot_ids)
  })
})

describe('a fork whose past is in the archive', () => {
  it('is promoted as if it were not', async () => {
    for (const x of [1, 2]) await put('base', 'a', x)
    await put('base', 'b', 1)
    await call('POST', '/admin/fork', { world: 'base', name: 'branch' })
    for (const x of [7, 8]) await put('branch', 'a', x)
    for (const x of [3, 4]) await put('base', 'b', x)
    const plan = async () =>
      (await call('POST', '/worlds/branch/promote', { into: 'base', dryRun: true })).body
    const before = await plan()
    expect(before.entities.changed).toBe(1)
    for (const name of ['base', 'branch']) {
      const old = { hotDays: 1, archive: true }
      await call('PATCH', `/worlds/${name}/settings`, { retention: { history: old, events: old } })
      await settle(name)
    }
    await runLater(2)
    const { entities, conflictCount } = await plan()
    expect({ entities, conflictCount }).toEqual({
      ...{ entities: before.entities, conflictCount: before.conflictCount },
    })
  })
})

/** Names of tables and objects in which a text stands anywhere. */
const findEverywhere = async (text: string): Promise<string[]> => {
  const found: string[] = []
  const { rows } = await admin.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
  for (const { tablename } of rows) {
    const hits = await admin.query(
      `SELECT count(*) AS count FROM ${tablename} t WHERE strpos(t::text, $1) > 0`,
      [text],
    )
    if (Number(hits.rows[0].count) > 0) found.push(tablename)
  }
  for (const key of await objects.list('')) {
    const bytes = (await objects.get(key))!
    const plain = key.endsWith('.zst') ? await promisify(zstdDecompress)(bytes) : bytes
    if (plain.includes(text)) found.push(key)
  }
  return found.sort()
}

describe('an erasure', () => {
  const erase = () => {
    const writer = createWorldWriter({
      pool: database.pool('orrery_app', 2),
      doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
      now: () => new Date(),
      newId: uuidv7,
    })
    return runErasures({
      ...{
        pool: background,
        objects,
        now: () => new Date(),
        newId: uuidv7,
        writer,
        log: (line) => console.error(line),
      },
    })
  }
  const secret = 'zoë-4711'

  it('takes an entity out of everything, and certifies it', async () => {
    for (const id of [secret, 'other', 'third'])
      for (const x of [1, 2, 3]) await put('people', id, x, { note: `of ${id}` })
    const connection = { source_id: secret, target_id: 'other', connection_type: 'trusts', strength: 1 }
    await call('POST', '/eustress/ingest/connection', { space_name: 'people', connection })
    await call('PATCH', '/worlds/people/settings', {
      retention: { history: { hotDays: 0, archive: true }, events: { hotDays: 0, archive: true } },
    })
    await call('POST', '/eustress/ingest/snapshot/people')
    const { path } = await trainOn('people')
    const dataset = (await call('POST', `${path}/datasets`, { format: 'ndjson' })).body
    await call('POST', `${path}/datasets`, { format: 'ndjson', subtree: secret })
    await serveTraining()
    await call('POST', '/admin/fork', { world: 'people', name: 'people-2' })
    await settle('people')
    await settle('people-2')
    await runLater(1)
    expect(await findEverywhere(secret)).toContainEqual(expect.stringMatching(/^retained\/.*entity_history/))

    const held = await call('PATCH', '/worlds/people-2/settings', { retention: { legalHold: 'a case' } })
    expect(held.status).toBe(200)
    expect(
      (await api.call('POST', '/admin/erasures', { world: 'people', entityId: secret, reason: 'asked' }))
        .status,
    ).toBe(409)
    await call('PATCH', '/worlds/people-2/settings', { retention: { legalHold: null } })
    for (const bad of [
      {},
      { entityId: secret, reason: 'x' },
      { world: 'people', tenant: true, reason: 'x' },
      { tenant: true },
    ])
      expect((await api.call('POST', '/admin/erasures', bad)).status).toBe(400)

    const asked = await call('POST', '/admin/erasures', {
      world: 'people',
      entityId: secret,
      reason: 'asked for it',
    })
    expect(asked.status).toBe(202)
    await erase()
    // the log goes on to who follows it, before it says no more
    expect((await call('GET', `/admin/erasures/${asked.body.erasureId}`)).body).toMatchObject({
      status: 'waiting',
    })
    await settle('people')
    await settle('people-2')
    await admin.query(`UPDATE erasures SET held_until = '-infinity'`)
    await erase()
    const { body: certificate } = await call('GET', `/admin/erasures/${asked.body.erasureId}`)
    expect(certificate.failure).toBeNull()
    expect(certificate).toMatchObject({
      status: 'done',
      entityId: null,
      reason: 'asked for it',
      failure: null,
    })
    const erased = certificate.steps.find(({ step }: { step: string }) => step === 'erased')
    expect(erased.worlds[0].archives.length).toBeGreaterThan(1)
    for (const { before, after } of erased.worlds[0].archives) {
      expect(await objects.get(before.key)).toBeUndefined()
      if (after !== null) expect(after.sha256).not.toBe(before.sha256)
    }
    expect(await findEverywhere(secret)).toEqual([])
    expect(
      (await api.call('GET', `/worlds/people/entities/${encodeURIComponent(secret)}?asOf=3`)).status,
    ).toBe(404)
    expect((await call('GET', '/worlds/people/entities/other?asOf=6&physics=false')).body.parameters).toEqual(
      { note: 'of other' },
    )
    const files = certificate.steps.find(({ step }: { step: string }) => step === 'datasets')
    expect(files.worlds[0]).toEqual({ world: 'people', datasets: 2, objects: 4 })
    const one = `/eustress/datasets/people/${dataset.id}`
    expect((await call('GET', one)).body).toMatchObject({
      status: 'erased',
      problem: { code: 'erased' },
      parts: [],
    })
    expect((await api.call('GET', `${one}/files/manifest.json`)).status).toBe(404)
    expect((await call('POST', `${path}/datasets`, { format: 'ndjson' })).body.id).toBe(dataset.id)
    await serveTraining()
    expect((await call('GET', one)).body).toMatchObject({ status: 'done', counts: { samples: 2 } })
    expect(await findEverywhere(secret)).toEqual([])
    // gap-less
    expect(await command('restore', '--world', 'people', '--events', '1')).toMatchObject({ code: 0 })
    const events = await readEvents(background, await worldIdOf('people'), 0, 100)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
    expect(events.filter(({ type }) => type === 'event.erased.v1').length).toBeGreaterThanOrEqual(5)
  })

  it('takes all of a tenant, but for what it has to prove', async () => {
    expect((await objects.list('retained/')).length).toBeGreaterThan(0)
    const asked = await call('POST', '/admin/erasures', { tenant: true, reason: 'the end' })
    await erase()
    const { body } = await call('GET', `/admin/erasures/${asked.body.erasureId}`)
    expect(body).toMatchObject({ status: 'done' })
    const last = body.steps.find(({ step }: { step: string }) => step === 'objects')
    expect(last.objects.datasets).toBeGreaterThan(0)
    expect((await call('GET', '/worlds')).body.worlds).toEqual([])
    const { rows } = await admin.query(
      `SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id'
         AND table_name IN (SELECT tablename FROM pg_tables)`,
    )
    const left: string[] = []
    for (const { table_name: table } of rows)
      if (
        Number(
          (await admin.query(`SELECT count(*) AS count FROM ${table} WHERE tenant_id = 'local'`)).rows[0]
            .count,
        ) > 0
      )
        left.push(table)
    expect(left.sort()).toEqual(['audit_log', 'erasures'])
    expect(await objects.list('')).toEqual([])
  })
})
