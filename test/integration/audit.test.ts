import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { localKeyFile } from '#world/sealing/local-key-file'
import { apiRoutes } from '../../functions/api-routes.ts'
import { scopeOf } from '../../functions/route-scopes.ts'
import { closedDoor } from '../../scripts/local/identity.ts'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type Issuer, startIssuer } from '../support/issuer.ts'

const audience = 'orrery'

let database: TestDatabase
let admin: pg.Client
let issuer: Issuer
let api: TestApi
let tenant: string
let call: TestApi['call']
let tenants = 0
const faults: string[] = []
let keyFolder: string

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  issuer = await startIssuer(audience)
  keyFolder = mkdtempSync(join(tmpdir(), 'orrery-audit-'))
  const door = closedDoor({ issuer: issuer.url, audience })
  api = await startTestApi(database.url('orrery_app'), {
    door: () => door,
    keyWrapper: localKeyFile(join(keyFolder, 'sealing-key')),
    reportFault: (_, requestId) => faults.push(requestId),
  })
})

afterAll(async () => {
  await api?.stop()
  await issuer?.stop()
  await admin?.end()
  await database?.drop()
  if (keyFolder !== undefined) rmSync(keyFolder, { recursive: true, force: true })
})

beforeEach(async () => {
  tenant = `tenant-${++tenants}`
  const token = await issuer.sign({ sub: 'ada@example', tenant, scope: 'world:admin world:write world:read' })
  call = (method, path, body, headers) =>
    api.call(method, path, body, { ...headers, authorization: `Bearer ${token}` })
})

const entries = async (query = ''): Promise<Record<string, Answer['body']>[]> =>
  (await call('GET', `/audit${query}`)).body.entries

const as = (requestId: string) => ({ 'x-request-id': requestId })

const actions: Record<string, (requestId: string) => Promise<Answer>> = {
  createWorld: (id) => call('POST', '/worlds', { name: 'w', settings: {} }, as(id)),
  changeSettings: (id) => call('PATCH', '/worlds/w/settings', { physics: { gravity: 3 } }, as(id)),
  pausePhysics: (id) => call('POST', '/worlds/w/physics/pause', undefined, as(id)),
  stepPhysics: (id) => call('POST', '/worlds/w/physics/step?ticks=7', undefined, as(id)),
  pauseLedger: (id) => call('POST', '/admin/ledger/pause?world=w&layer=atomic', undefined, as(id)),
  resumeLedger: (id) => call('POST', '/admin/ledger/resume?world=w&layer=atomic', undefined, as(id)),
  forceCommit: (id) => call('POST', '/commit/force?world=w', {}, as(id)),
  archiveLedger: (id) =>
    call('POST', '/admin/ledger/archive?world=w&layer=atomic&beforeEpoch=9', undefined, as(id)),
  restoreLedger: (id) => call('POST', '/admin/ledger/restore?world=w', { pointer: randomUUID() }, as(id)),
  replayLedger: (id) =>
    call(
      'POST',
      '/admin/ledger/replay?world=w',
      { layer: 'atomic', from: randomUUID(), to: randomUUID() },
      as(id),
    ),
  resumePhysics: (id) => call('POST', '/worlds/w/physics/resume', undefined, as(id)),
  verifyLedger: (id) => call('POST', '/admin/ledger/verify?world=w', undefined, as(id)),
  replayDeadLetters: (id) => call('POST', '/worlds/w/dead-letters/replay', {}, as(id)),
  discardDeadLetters: (id) => call('POST', '/worlds/w/dead-letters/discard', { reason: 'a test' }, as(id)),
  forkWorld: (id) => call('POST', '/admin/fork', { world: 'w', name: 'fork' }, as(id)),
  promoteFork: (id) => call('POST', '/worlds/fork/promote', { into: 'w' }, as(id)),
  registerComponentType: (id) =>
    call('POST', '/worlds/w/component-types', { type: 'Mana', schema: { type: 'object' } }, as(id)),
  putChronicleRules: (id) => call('PUT', '/api/chronicles/rules?world=w', { rules: [] }, as(id)),
  rotateSealingKey: (id) => call('POST', '/sealing-keys', undefined, as(id)),
  requestErasure: (id) =>
    call('POST', '/admin/erasures', { world: 'w', entityId: 'nobody', reason: 'a test' }, as(id)),
}

const outcomes: Record<string, object> = {
  stepPhysics: { status: 'requested', ticks: 7 },
  // nobody has brought a tick
  pauseLedger: { status: 'refused', code: 'no-such-layer' },
  resumeLedger: { status: 'refused', code: 'no-such-layer' },
  forceCommit: { status: 'refused', code: 'no-ticks' },
  archiveLedger: { status: 'requested', layer: 'atomic', beforeEpoch: 9 },
  restoreLedger: { status: 'requested' },
  replayLedger: { status: 'requested', layer: 'atomic' },
  verifyLedger: { status: 'requested' },
  replayDeadLetters: { status: 'refused', code: 'no-relay' },
  discardDeadLetters: { status: 'applied', reason: 'a test', discarded: 0 },
  rotateSealingKey: { status: 'begun' },
  requestErasure: { status: 'requested' },
}

/** A tenant's key is of none. */
const worlds: Record<string, string> = { forkWorld: 'fork', rotateSealingKey: '' }

describe('the audit log', () => {
  it('has every action of an administrator, newest first, with who and what became of it', async () => {
    const administrative = apiRoutes.filter(
      ({ method, operationId }) => method !== 'GET' && scopeOf(operationId) === 'world:admin',
    )
    expect(Object.keys(actions).sort()).toEqual(administrative.map(({ operationId }) => operationId).sort())
    for (const [action, act] of Object.entries(actions)) await act(`request-${action}`)
    const found = await entries()
    expect(found.map(({ action, requestId }) => [action, requestId])).toEqual(
      Object.keys(actions)
        .reverse()
        .map((action) => [action, `request-${action}`]),
    )
    for (const entry of found) {
      const world = worlds[entry.action] ?? 'w'
      expect(entry).toMatchObject({ world, subject: expect.stringMatching(/^[0-9a-f]{16}$/) })
      expect(entry.outcome).toMatchObject(outcomes[entry.action] ?? { status: 'applied' })
    }
    const changed = found.find(({ action }) => action === 'changeSettings')!
    const { rows } = await admin.query(
      `SELECT type FROM world_events WHERE tenant_id = $1 AND seq = $2 AND cause ->> 'requestId' = $3`,
      [tenant, changed.outcome.seq, changed.requestId],
    )
    expect(rows).toEqual([{ type: 'world.settings_changed.v1' }])
  })

  it('has what was refused, and a request that is sent twice once', async () => {
    await actions.createWorld!('first')
    await actions.createWorld!('first')
    await call('PATCH', '/worlds/w/settings', { physics: { gravity: 'strong' } })
    await call('PATCH', '/worlds/nowhere/settings', { physics: {} })
    expect((await entries()).map(({ action, world, outcome }) => [action, world, outcome.code])).toEqual([
      ['changeSettings', 'nowhere', 'world-not-found'],
      ['changeSettings', 'w', 'invalid-settings'],
      ['createWorld', 'w', undefined],
    ])
  })

  it('has nothing of those who only write', async () => {
    await call('POST', '/eustress/ingest/entity', {
      space_name: 'w',
      entity: { id: 'e', position: [0, 0, 0] },
    })
    expect(await entries()).toEqual([])
  })

  it('is written in the transaction of what it tells of', async () => {
    await actions.createWorld!('first')
    await admin.query(`ALTER TABLE audit_log ADD CONSTRAINT full_disk CHECK (request_id <> 'unlucky')`)
    try {
      const failed = await actions.changeSettings!('unlucky')
      expect(failed.status).toBe(500)
      expect((await call('GET', '/worlds/w')).body).toMatchObject({
        seq: 1,
        settings: { physics: { gravity: 1 } },
      })
      expect((await call('GET', '/requests/unlucky?world=w')).status).toBe(404)
      expect((await actions.stepPhysics!('unlucky')).status).toBe(500)
    } finally {
      await admin.query('ALTER TABLE audit_log DROP CONSTRAINT full_disk')
    }
    expect(await entries()).toHaveLength(1)
    expect(faults).toEqual(['unlucky', 'unlucky'])
  })

  it('has what waited while the database was away, under the name of who sent it', async () => {
    await actions.createWorld!('first')
    const key = { tenantId: tenant, world: 'w' }
    // the marker of an outage: all that comes for this world waits behind it
    await api.overflow.divert(key, { requestId: 'before', tenantId: tenant, world: 'w', commands: [] })
    expect((await actions.pausePhysics!('during')).status).toBe(202)
    expect(await entries()).toHaveLength(1)
    await api.overflow.drain(key, (request) => api.api.applyOverflow(request))
    const [paused, created] = await entries()
    expect(paused).toMatchObject({
      action: 'pausePhysics',
      requestId: 'during',
      outcome: { status: 'applied' },
    })
    expect(paused!.subject).toBe(created!.subject)
  })

  it('is read in pages, by world and by time', async () => {
    for (const name of ['a', 'b', 'a', 'b', 'a']) await call('POST', '/worlds', { name, settings: {} })
    const all = await entries()
    expect(all).toHaveLength(5)
    expect((await entries('?world=b')).map(({ world }) => world)).toEqual(['b', 'b'])
    expect(await entries(`?from=${all[1]!.at}`)).toEqual(all.filter(({ at }) => at >= all[1]!.at))
    expect(await entries(`?to=${all[3]!.at}`)).toEqual(all.filter(({ at }) => at <= all[3]!.at))
    const paged: typeof all = []
    for (let path: string | undefined = '/audit?limit=2'; path !== undefined; ) {
      const { body, headers }: Answer = await call('GET', path)
      paged.push(...body.entries)
      path = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(paged).toEqual(all)
  })

  it.each([
    ['?from=yesterday', 'query.from'],
    ['?limit=0', 'query.limit'],
    ['?cursor=nonsense', 'query.cursor'],
    ['?surplus=1', 'query.surplus'],
  ])('refuses %s', async (query, field) => {
    expect(await call('GET', `/audit${query}`)).toMatchObject({ status: 400, body: { errors: [{ field }] } })
  })
})

describe('nobody changes the audit log', () => {
  const changes = [`UPDATE audit_log SET action = 'nothing'`, 'DELETE FROM audit_log', 'TRUNCATE audit_log']

  it.each(['orrery_app', 'orrery_background', 'orrery_relay', 'orrery_physics'] as const)(
    'not %s',
    async (role) => {
      for (const change of changes)
        await expect(database.pool(role).query(change)).rejects.toThrow('permission denied')
    },
  )

  it('not even its owner, nor the superuser', async () => {
    await actions.createWorld!('first')
    for (const change of changes) {
      await expect(database.pool('orrery_migrate').query(change)).rejects.toThrow('append-only')
      await expect(admin.query(change)).rejects.toThrow('append-only')
    }
    expect(await entries()).toHaveLength(1)
  })
})
