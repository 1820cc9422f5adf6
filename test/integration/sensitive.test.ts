import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFilesystemOverflow } from '#platform/overflow/filesystem'
import type { OverflowSpool } from '#platform/overflow/overflow'
import { ticksOfStore } from '#sync/held-ticks'
import { memoryTickStore } from '#sync/stores/memory'
import type { TickStore } from '#sync/tick-store'
import { localKeyFile } from '#world/sealing/local-key-file'
import { makeSync } from '../../functions/api-sync/create.ts'
import { serveRest } from '../../functions/sync/serve-rest.ts'
import { closedDoor } from '../../scripts/local/identity.ts'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type Issuer, startIssuer } from '../support/issuer.ts'

const audience = 'orrery'
/** In the data of sensitive components, and nowhere else. */
const hush = 'hush-hush-4711'

let database: TestDatabase
let admin: pg.Client
let issuer: Issuer
let folder: string
let spool: string
let overflow: OverflowSpool
let api: TestApi
/** The same database with no keys. */
let unsealed: TestApi
/** Of tick snapshots. */
let ticks: TickStore
const lines: string[] = []
const faults: unknown[] = []

type Call = TestApi['call']
const as = async (tenant: string, scope: string, on = api): Promise<Call> => {
  const token = await issuer.sign({ sub: `user of ${tenant}`, tenant, scope })
  return (method, path, body, headers) =>
    on.call(method, path, body, { ...headers, authorization: `Bearer ${token}` })
}
const writing = 'world:read world:write world:admin'
let reads: Call
let knows: Call

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  issuer = await startIssuer(audience)
  folder = mkdtempSync(join(tmpdir(), 'orrery-sensitive-'))
  spool = join(folder, 'spool')
  overflow = await createFilesystemOverflow(spool)
  const door = closedDoor({ issuer: issuer.url, audience })
  const options = {
    door: () => door,
    overflow,
    reportFault: (error: unknown) => {
      faults.push(error)
      lines.push(error instanceof Error ? `${error.stack}` : String(error))
    },
    access: (line: string, fields?: object) => {
      lines.push(line, JSON.stringify(fields))
    },
  }
  const keyWrapper = localKeyFile(join(folder, 'sealing-key'))
  ticks = memoryTickStore({ ttlSeconds: 600, now: () => new Date(), maxBytes: 1_000_000 })
  const sync = makeSync({ readTicks: ticksOfStore(ticks), limits: { longestMs: 200 } })
  api = await startTestApi(database.url('orrery_app'), { ...options, keyWrapper, sync })
  unsealed = await startTestApi(database.url('orrery_app'), options)
  reads = await as('acme', writing)
  knows = await as('acme', `${writing} world:sensitive`)
})

afterAll(async () => {
  await api?.stop()
  await unsealed?.stop()
  await issuer?.stop()
  await admin?.end()
  await database?.drop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const secret = {
  type: 'Secret',
  sensitive: true,
  schema: {
    type: 'object',
    properties: {
      pin: { type: 'string', maxLength: 60 },
      kind: { enum: ['house', 'bank'] },
      level: { const: 3 },
      names: { type: 'object', additionalProperties: { type: 'number' } },
    },
    required: ['pin'],
    additionalProperties: false,
  },
}
const plain = { type: 'Plain', schema: { type: 'object' } }

/** A world of its own with the types, and an entity ann that has a secret. */
const makeWorld = async (world: string, call = reads): Promise<void> => {
  for (const type of [secret, plain])
    expect((await call('POST', `/worlds/${world}/component-types`, type)).status).toBe(200)
  const put = await call('PUT', `/worlds/${world}/entities/ann`, {
    components: { Secret: { pin: hush }, Health: { current: 1 } },
  })
  expect(put).toMatchObject({ status: 200, body: { status: 'applied' } })
}
const component = (world: string, id: string, type = 'Secret') =>
  `/worlds/${world}/entities/${id}/components/${type}`
const sealedOf = async (world: string, id: string): Promise<string> => {
  const { rows } = await admin.query(
    `SELECT c.data ->> '$sealed' AS sealed FROM components c JOIN worlds w USING (world_id)
     WHERE w.name = $1 AND c.entity_id = $2 AND c.component_type = 'Secret'`,
    [world, id],
  )
  return rows[0].sealed
}
const hidden = { $sealed: true }

/** All that the database holds, as text. */
const dump = async (): Promise<string> => {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  )
  const texts: string[] = []
  for (const { name } of rows) {
    const { rows: found } = await admin.query(`SELECT t::text AS row FROM ${name} t`)
    texts.push(...found.map(({ row }) => `${name} ${row}`))
  }
  return texts.join('\n')
}

describe('the data of a sensitive component', () => {
  it('is opened with the scope, and hidden without it, wherever entities are answered', async () => {
    await makeWorld('shown')
    await reads('PUT', component('shown', 'ann'), { pin: hush, kind: 'bank' })
    const data = { pin: hush, kind: 'bank' }
    const first = (await reads('GET', '/worlds/shown/entities/ann')).body.seq - 1
    for (const [call, expected, before] of [
      [knows, data, { pin: hush }],
      [reads, hidden, hidden],
    ] as const) {
      const one = await call('GET', '/worlds/shown/entities/ann')
      expect(one.body.components).toEqual({ Secret: expected, Health: { current: 1 } })
      expect((await call('GET', component('shown', 'ann'))).body.data).toEqual(expected)
      const past = await call('GET', `/worlds/shown/entities/ann?asOf=${first}&physics=false`)
      expect(past.body.components.Secret).toEqual(before)
      const list = await call('GET', '/worlds/shown/entities')
      expect(list.body.entities[0].components.Secret).toEqual(expected)
    }
  })

  it('is in no table, log line, answer without the scope, snapshot or diff; nor is its ciphertext in answers', async () => {
    await makeWorld('nowhere')
    await reads('POST', '/worlds/nowhere/components', {
      operations: [{ op: 'set', entityId: 'ann', type: 'Secret', data: { pin: `${hush} again` } }],
    })
    await reads('PUT', '/worlds/nowhere/entities/bob', { components: { Secret: { pin: hush } } })
    await reads('DELETE', '/worlds/nowhere/entities/bob')
    await reads('POST', '/admin/fork', { world: 'nowhere', name: 'nowhere-2' })
    await makeWorld('nowhere-3')
    const snapshot = await reads('POST', '/eustress/ingest/snapshot/nowhere')
    const answers = await Promise.all([
      reads('GET', '/worlds/nowhere/entities/ann'),
      reads('GET', '/worlds/nowhere/entities'),
      reads('GET', component('nowhere', 'ann')),
      reads('GET', '/worlds/nowhere/diff/nowhere-3'),
      knows('GET', '/worlds/nowhere-3/diff/nowhere'),
      knows('GET', '/eustress/ingest/snapshots/nowhere'),
      Promise.resolve(snapshot),
    ])
    for (const { status, body } of answers) expect(status, JSON.stringify(body)).toBe(200)
    expect(answers[3]).toMatchObject({ status: 200 })
    expect(JSON.stringify(answers[3]!.body)).toContain('"$sealed":true')
    const text = JSON.stringify(answers.map(({ body }) => body))
    expect(text).not.toContain(hush)
    expect(text).not.toContain('v1.')
    const stored = await dump()
    expect(stored).toContain('world_events')
    expect(stored).toContain('component_history')
    expect(stored).toContain('$sealed')
    expect(stored).not.toContain(hush)
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.join('\n')).not.toContain(hush)
  })

  it('is sealed before it waits in the overflow, and is what was sent once that is drained', async () => {
    await makeWorld('away')
    const key = { tenantId: 'acme', world: 'away' }
    await overflow.divert(key, { requestId: 'first', tenantId: 'acme', world: 'away', commands: [] })
    const waiting = await reads('PUT', component('away', 'ann'), { pin: hush, kind: 'house' })
    expect(waiting).toMatchObject({ status: 202, body: { status: 'waiting' } })
    const files = readdirSync(spool, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n')
    expect(files).toContain('"$sealed":"v1.')
    expect(files).not.toContain(hush)
    // what may be registered by a request that waits is not taken in clear
    const unknown = await reads('PUT', component('away', 'ann', 'Later'), { pin: hush })
    expect(unknown.status).toBe(503)
    await overflow.drain(key, (request) => api.api.applyOverflow(request))
    expect((await knows('GET', component('away', 'ann'))).body.data).toEqual({ pin: hush, kind: 'house' })
  })

  const invalid: [string, object, string][] = [
    ['too long a text', { pin: hush.repeat(9) }, 'pin'],
    ['none of the values', { pin: 'x', kind: hush }, 'kind'],
    ['another than the one value', { pin: 'x', level: hush }, 'level'],
    ['a missing field', {}, 'pin'],
    ['an unknown field', { pin: 'x', [hush]: 1 }, 'body'],
    ['a name that only the data knows', { pin: 'x', names: { [hush]: hush } }, 'names'],
    ['sealed data', { $sealed: `v1.${hush}` }, '$sealed'],
    ['a field of ours', { pin: hush, $sealed: true }, '$sealed'],
    ['too much', { pin: hush.repeat(5_000) }, 'body'],
  ]
  it.each(invalid)(
    'is refused at the door: %s, and no word of it is said or kept',
    async (_, data, field) => {
      const world = 'refused'
      if ((await reads('GET', `/worlds/${world}`)).status === 404) await makeWorld(world)
      const answer = await reads('PUT', component(world, 'ann'), data)
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
      const within = await reads('PUT', `/worlds/${world}/entities/ann`, { components: { Secret: data } })
      const path = field === 'body' ? 'components.Secret' : `components.Secret.${field}`
      expect(within).toMatchObject({ status: 400, body: { errors: [{ field: path }] } })
      expect(JSON.stringify([answer.body, within.body])).not.toContain(hush)
      expect((await knows('GET', component(world, 'ann'))).body.data).toEqual({ pin: hush })
      expect(lines.join('\n')).not.toContain(hush)
    },
  )

  it('is sealed at the door of engines too, and no field there takes it in clear', async () => {
    await makeWorld('engine')
    const at = { space_name: 'engine' }
    const entity = { id: 'cyd', position: [0, 0, 0] }
    const components = { Secret: { pin: hush } }
    const one = await reads('POST', '/eustress/ingest/entity', { ...at, entity: { ...entity, components } })
    expect(one.status).toBe(200)
    const many = await reads('POST', '/eustress/ingest/batch', {
      ...at,
      entities: [{ ...entity, id: 'dan', components }],
    })
    expect(many.status).toBe(200)
    for (const id of ['cyd', 'dan'])
      expect((await knows('GET', `/worlds/engine/entities/${id}`)).body).toMatchObject({
        ...{ extra: {}, parameters: {}, components },
      })
    const refused: [string, object, string][] = [
      ['entity', { entity: { ...entity, components: { Secret: { pin: 'x', kind: hush } } } }, 'Secret.kind'],
      ['entity', { entity: { ...entity, components: { Unknown: { pin: hush } } } }, 'Unknown'],
      ['entity', { entity: { ...entity, parameters: { components } } }, 'parameters.components'],
      ['parameter', { entity_id: 'cyd', parameter_name: 'components', value: components }, 'parameter_name'],
      ['batch', { entities: [entity, { ...entity, components: { Secret: hush } }] }, 'entities[1].'],
    ]
    for (const [route, body, field] of refused) {
      const answer = await reads('POST', `/eustress/ingest/${route}`, { ...at, ...body })
      expect(answer.status).toBe(400)
      expect(answer.body.errors[0].field).toContain(field)
      expect(JSON.stringify(answer.body)).not.toContain(hush)
    }
    for (const field of ['extra', 'parameters']) {
      const answer = await reads('PUT', '/worlds/engine/entities/eve', { [field]: { components } })
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: `${field}.components` }] } })
    }
    expect(await dump()).not.toContain(hush)
    expect(lines.join('\n')).not.toContain(hush)
  })

  it('is not quoted where a body is no JSON', async () => {
    for (const body of [`"${hush}" x`, `{"pin":"${hush}" x}`, hush, `{"pin": ${hush}}`]) {
      const answer = await reads('PUT', component('refused', 'ann'), body)
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'body' }] } })
      expect(JSON.stringify(answer.body)).not.toContain(hush)
    }
  })

  it('is not merged or compared, and nothing of such a request is kept', async () => {
    await makeWorld('whole')
    const merge = await reads('PATCH', component('whole', 'ann'), { pin: hush })
    expect(merge).toMatchObject({ status: 409, body: { errors: [{ field: 'body' }] } })
    const expectation = { type: 'Secret', field: 'pin', op: '=', value: hush }
    const compared = await reads('POST', '/worlds/whole/components', {
      operations: [{ op: 'expect', entityId: 'ann', component: expectation }],
    })
    expect(compared).toMatchObject({
      status: 409,
      body: { errors: [{ field: 'operations[0].component.field' }] },
    })
    const exists = await reads('POST', '/worlds/whole/components', {
      operations: [{ op: 'expect', entityId: 'ann', component: { type: 'Secret', exists: true } }],
    })
    expect(exists.status).toBe(200)
    expect(await dump()).not.toContain(hush)
  })

  it('is hidden in tick snapshots, whoever asks', async () => {
    await makeWorld('ticked', knows)
    const path = component('ticked', 'ann')
    expect((await knows('PUT', path, { pin: 'another one' })).status).toBe(200)
    const { rows } = await admin.query("SELECT world_id FROM worlds WHERE name = 'ticked'")
    const context = {
      pool: database.pool('orrery_physics'),
      holder: 'sync',
      store: ticks,
      now: () => new Date(),
    }
    expect(await serveRest(context, rows[0].world_id)).toBe(1)
    for (const call of [reads, knows]) {
      const { status, body } = await call('GET', '/world/snapshots?world=ticked&from=1&to=1')
      expect([status, body.snapshots.length]).toEqual([200, 1])
      const told = JSON.stringify(body)
      expect(told).toContain('"$sealed":true')
      expect(told).not.toMatch(/v1\.|another one/)
    }
  })

  it('goes with a fork, and is sealed anew there', async () => {
    await makeWorld('trunk')
    expect((await reads('POST', '/admin/fork', { world: 'trunk', name: 'branch' })).status).toBeLessThan(300)
    expect((await knows('GET', component('branch', 'ann'))).body.data).toEqual({ pin: hush })
    await reads('PUT', component('branch', 'ann'), { pin: 'changed' })
    expect((await knows('GET', component('branch', 'ann'))).body.data).toEqual({ pin: 'changed' })
    expect((await knows('GET', component('trunk', 'ann'))).body.data).toEqual({ pin: hush })
  })
})

describe('sealed data in the database', () => {
  const overwrite = (world: string, id: string, sealed: string) =>
    admin.query(
      `UPDATE components c SET data = jsonb_build_object('$sealed', $3::text) FROM worlds w
       WHERE w.world_id = c.world_id AND w.name = $1 AND c.entity_id = $2 AND c.component_type = 'Secret'`,
      [world, id, sealed],
    )

  it('that was changed or moved to another entity is not opened, and is reported', async () => {
    await makeWorld('tampered')
    await reads('PUT', '/worlds/tampered/entities/bob', { components: { Secret: { pin: 'of bob' } } })
    const [ann, bob] = [await sealedOf('tampered', 'ann'), await sealedOf('tampered', 'bob')]
    const at = ann.length - 30
    const other = ann[at] === 'A' ? 'B' : 'A'
    for (const [sealed, fault] of [
      [ann.slice(0, at) + other + ann.slice(at + 1), 'seal-broken'],
      [bob, 'seal-broken'],
      [`v1.00000000-0000-4000-8000-000000000000.${ann.split('.')[2]}`, 'key-gone'],
      ['nonsense', 'seal-broken'],
    ] as const) {
      await overwrite('tampered', 'ann', sealed)
      faults.length = 0
      expect((await knows('GET', component('tampered', 'ann'))).status).toBe(500)
      expect(faults).toMatchObject([{ code: fault }])
      const list = await knows('GET', '/worlds/tampered/entities')
      expect(list.body.entities.map((each: Answer['body']) => each.components.Secret)).toEqual([
        { ...hidden, fault },
        { pin: 'of bob' },
      ])
      expect((await reads('GET', component('tampered', 'ann'))).body.data).toEqual(hidden)
    }
    await overwrite('tampered', 'ann', ann)
    expect((await knows('GET', component('tampered', 'ann'))).body.data).toEqual({ pin: hush })
  })

  it('of one tenant is nothing to another, even where names are the same', async () => {
    const other = await as('other', `${writing} world:sensitive`)
    await makeWorld('twins')
    await makeWorld('twins', other)
    const { rows: keys } = await admin.query(
      `SELECT tenant_id FROM tenant_keys WHERE active AND tenant_id IN ('acme', 'other') ORDER BY 1`,
    )
    expect(keys).toEqual([{ tenant_id: 'acme' }, { tenant_id: 'other' }])
    const { rows } = await admin.query(
      `SELECT data ->> '$sealed' AS sealed FROM components c WHERE tenant_id = 'acme' AND entity_id = 'ann'
         AND component_type = 'Secret' LIMIT 1`,
    )
    await admin.query(
      `UPDATE components SET data = jsonb_build_object('$sealed', $1::text) WHERE tenant_id = 'other'`,
      [rows[0].sealed],
    )
    expect((await other('GET', component('twins', 'ann'))).status).toBe(500)
    // not even with the key’s row copied: it is wrapped for its own tenant
    await admin.query(
      `INSERT INTO tenant_keys (tenant_id, key_id, wrapped, active)
       SELECT 'other', key_id, wrapped, false FROM tenant_keys WHERE tenant_id = 'acme'`,
    )
    expect((await other('GET', component('twins', 'ann'))).status).toBe(500)
    expect((await knows('GET', component('twins', 'ann'))).body.data).toEqual({ pin: hush })
  })
})

describe('the keys of a tenant', () => {
  it('are one, whoever makes it at once', async () => {
    const eager = await as('eager', `${writing} world:sensitive`)
    await eager('POST', '/worlds/w/component-types', secret)
    const second = await startTestApi(database.url('orrery_app'), {
      keyWrapper: localKeyFile(join(folder, 'sealing-key')),
      door: () => closedDoor({ issuer: issuer.url, audience }),
    })
    const eagerToo = await as('eager', `${writing} world:sensitive`, second)
    try {
      const ids = Array.from({ length: 8 }, (_, index) => `e${index}`)
      await Promise.all(
        ids.map((id, index) =>
          (index % 2 === 0 ? eager : eagerToo)('PUT', `/worlds/w/entities/${id}`, {
            components: { Secret: { pin: id } },
          }),
        ),
      )
      const { rows } = await admin.query(`SELECT active FROM tenant_keys WHERE tenant_id = 'eager'`)
      expect(rows).toEqual([{ active: true }])
      const { entities } = (await eagerToo('GET', '/worlds/w/entities')).body
      expect(entities.map((each: Answer['body']) => each.components.Secret.pin)).toEqual(ids)
    } finally {
      await second.stop()
    }
  })

  it('are rotated by an administrator; older ones still open what they sealed', async () => {
    await makeWorld('rotated')
    const before = await sealedOf('rotated', 'ann')
    const rotated = await reads('POST', '/sealing-keys')
    expect(rotated.status).toBe(200)
    const { keyId } = rotated.body
    await reads('PUT', '/worlds/rotated/entities/bob', { components: { Secret: { pin: 'new' } } })
    expect(before.split('.')[1]).not.toBe(keyId)
    expect((await sealedOf('rotated', 'bob')).split('.')[1]).toBe(keyId)
    expect((await knows('GET', component('rotated', 'ann'))).body.data).toEqual({ pin: hush })
    expect((await knows('GET', component('rotated', 'bob'))).body.data).toEqual({ pin: 'new' })
    const both = await Promise.all([reads('POST', '/sealing-keys'), reads('POST', '/sealing-keys')])
    const { rows } = await admin.query(`SELECT key_id FROM tenant_keys WHERE tenant_id = 'acme' AND active`)
    expect(rows).toHaveLength(1)
    expect(both.map(({ body }) => body.keyId)).toContain(rows[0].key_id)
    const writer = await as('acme', 'world:read world:write world:sensitive')
    expect((await writer('POST', '/sealing-keys')).status).toBe(403)
    const audit = await reads('GET', '/audit')
    expect(audit.body.entries[0]).toMatchObject({ action: 'rotateSealingKey', world: '' })
    expect(statSync(join(folder, 'sealing-key')).mode & 0o777).toBe(0o600)
  })
})

describe('a new version of a sensitive type', () => {
  it('has no upgrade steps while entities have the type', async () => {
    await makeWorld('versions')
    const next = { ...secret, version: 2, upgrade: [{ rename: 'pin', to: 'code' }] }
    const refused = await reads('POST', '/worlds/versions/component-types', next)
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'upgrade' }] } })
    await reads('DELETE', component('versions', 'ann'))
    expect((await reads('POST', '/worlds/versions/component-types', next)).status).toBe(200)
    await reads('PUT', component('versions', 'ann'), { pin: 'x' })
    const third = await reads('POST', '/worlds/versions/component-types', { ...secret, version: 3 })
    expect(third.body).toMatchObject({ status: 'applied', events: 1 })
  })
})

describe('where there are no keys', () => {
  it('a sensitive type is not registered, nor its data written or opened; other types are', async () => {
    const call = await as('acme', `${writing} world:sensitive`, unsealed)
    await makeWorld('keyless')
    const register = await call('POST', '/worlds/keyless/component-types', { ...secret, type: 'More' })
    expect(register).toMatchObject({ status: 409, body: { errors: [{ field: 'sensitive' }] } })
    const written = await call('PUT', component('keyless', 'ann'), { pin: hush })
    expect(written.status).toBe(409)
    expect((await call('GET', component('keyless', 'ann'))).body.data).toEqual(hidden)
    expect((await call('POST', '/sealing-keys')).status).toBe(409)
    expect((await call('PUT', component('keyless', 'ann', 'Plain'), { a: 1 })).status).toBe(200)
    expect(JSON.stringify(written.body)).not.toContain(hush)
  })
})
