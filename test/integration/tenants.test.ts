import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scopes } from '#platform/auth/principal'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { localKeyFile } from '#world/sealing/local-key-file'
import { apiRoutes } from '../../functions/api-routes.ts'
import { scopeOf } from '../../functions/route-scopes.ts'
import { closedDoor } from '../../scripts/local/identity.ts'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type Issuer, startIssuer } from '../support/issuer.ts'
import { type Case, casesOf, type OwnerIds, secret, seed } from './tenant-cases.ts'

const audience = 'orrery'
const operations = apiRoutes.map(({ operationId }) => operationId)

let database: TestDatabase
let admin: pg.Client
let keyFolder: string
let issuer: Issuer
let api: TestApi
let owner: TestApi['call']
let stranger: TestApi['call']
let ids: OwnerIds
let cases: Record<string, Case[]>

const as = async (tenant: string, allowed: readonly string[]): Promise<TestApi['call']> => {
  const token = await issuer.sign({ sub: `user of ${tenant}`, tenant, scope: allowed.join(' ') })
  return (method, path, body, headers) =>
    api.call(method, path, body, { ...headers, authorization: `Bearer ${token}` })
}

const send = (call: TestApi['call'], { method, path, body, headers }: Case): Promise<Answer> =>
  call(method, path, body, headers)

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  issuer = await startIssuer(audience)
  const door = closedDoor({ issuer: issuer.url, audience })
  keyFolder = mkdtempSync(join(tmpdir(), 'orrery-tenants-'))
  const keyWrapper = localKeyFile(join(keyFolder, 'sealing-key'))
  const datasets = filesystemObjectStore(join(keyFolder, 'objects'))
  api = await startTestApi(database.url('orrery_app'), { door: () => door, keyWrapper, datasets })
  owner = await as('owner', scopes)
  stranger = await as('stranger', scopes)
  ids = await seed(database, owner, stranger)
  const waiting = { requestId: ids.waitingRequestId, commands: [] }
  await api.overflow.divert({ tenantId: 'owner', world: 'attic' }, waiting)
  cases = casesOf(ids)
})

afterAll(async () => {
  await api?.stop()
  await issuer?.stop()
  await admin?.end()
  await database?.drop()
  if (keyFolder !== undefined) rmSync(keyFolder, { recursive: true, force: true })
})

/** Every row of the tenant, of every table. */
const rowsOf = async (tenant: string): Promise<Record<string, unknown[]>> => {
  const { rows: tables } = await admin.query<{ name: string }>(
    `SELECT c.table_name AS name FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.column_name = 'tenant_id' AND c.table_schema = 'public' AND t.table_type = 'BASE TABLE'`,
  )
  const rows: Record<string, unknown[]> = {}
  for (const { name } of tables) {
    const text = `SELECT to_jsonb(r) AS row FROM ${name} r WHERE tenant_id = $1 ORDER BY 1`
    rows[name] = (await admin.query(text, [tenant])).rows.map(({ row }) => row)
  }
  return rows
}

it('every route of the API has its cases, and no other', () => {
  expect(Object.keys(cases).sort()).toEqual([...operations].sort())
  expect(Object.values(cases).every((list) => list.length > 0)).toBe(true)
})

describe('a stranger who may do everything in a tenant of their own', () => {
  const strangerNames = new Set([
    ...['createWorld', 'ingestEntity', 'ingestConnection', 'ingestBatch'],
    ...['createChronicle', 'recordChronicleEvents', 'putEntity', 'registerComponentType'],
  ])
  const ordered = () =>
    Object.entries(cases).flatMap(([operation, list]) => list.map((one) => ({ operation, ...one })))
  const answers: { one: Case; answer: Answer }[] = []

  it('finds nothing and changes nothing of another, by any route, id or cursor', async () => {
    const before = await rowsOf('owner')
    expect(before.entities).toHaveLength(4)
    expect(before.audit_log?.length).toBeGreaterThanOrEqual(2)
    // those that make the stranger's own palace come last: before them its name is the owner's alone
    const all = ordered().sort(
      (a, b) => Number(strangerNames.has(a.operation)) - Number(strangerNames.has(b.operation)),
    )
    for (const one of all) answers.push({ one, answer: await send(stranger, one) })
    expect(await rowsOf('owner')).toEqual(before)
  })

  it('is answered 404, or with what is their own', () => {
    expect(answers).toHaveLength(Object.values(cases).flat().length)
    for (const { one, answer } of answers) {
      const what = `${one.method} ${one.path}`
      if (one.stranger === 'missing') expect([what, answer.status]).toEqual([what, 404])
      else expect([what, answer.status]).toEqual([what, 200])
      if (!Array.isArray(one.stranger)) continue
      const names = one.names!(answer.body)
      expect([what, names.filter((name) => !(one.stranger as string[]).includes(name))]).toEqual([what, []])
    }
  })

  it('never reads a value, an id or a number of the other', () => {
    const made = [
      secret,
      ids.worldId,
      ids.snapshotId,
      ids.commitId,
      ids.jobId,
      ids.erasureId,
      ids.epochId,
      ids.datasetId,
    ]
    for (const { one, answer } of answers) {
      const sent = `${one.path}${JSON.stringify(one.headers)}${JSON.stringify(one.body)}`
      const text = `${JSON.stringify(answer.body)}${JSON.stringify([...answer.headers])}`
      for (const value of made.filter((value) => !sent.includes(value))) expect(text).not.toContain(value)
    }
    const { answer } = answers.find(({ one }) => one.path.endsWith('/stats'))!
    expect(answer.body).toMatchObject({ total_spaces: 2, total_entities_seen: 4, total_snapshots: 0 })
  })

  it('has an audit log of their own', async () => {
    const { body } = await stranger('GET', '/audit')
    const [first] = body.entries
    expect(first).toMatchObject({ action: 'createWorld', world: 'palace', outcome: { status: 'applied' } })
    const refused = body.entries.find(({ action }: { action: string }) => action === 'changeSettings')
    expect(refused.outcome).toMatchObject({ status: 'refused', code: 'world-not-found' })
  })
})

// after the stranger, since the owner's requests change what they name
it('the owner is answered: every case names something', async () => {
  for (const one of Object.values(cases).flat()) {
    const answer = await send(owner, one)
    const what = `${one.method} ${one.path}`
    expect([what, answer.status]).toEqual([what, one.owner])
  }
})

describe('a token', () => {
  const sample = (operation: string): Case => cases[operation]![0]!
  const guarded = operations.filter((operation) => scopeOf(operation) !== 'public')

  it.each(guarded)('without the scope of %s is refused, and told which is missing', async (operation) => {
    const scope = scopeOf(operation)
    const call = await as(
      'owner',
      scopes.filter((other) => other !== scope),
    )
    const before = await rowsOf('owner')
    const answer = await send(call, sample(operation))
    expect(answer).toMatchObject({ status: 403, body: { title: 'Scope missing', status: 403 } })
    expect(answer.body.detail).toContain(scope)
    expect(answer.headers.get('www-authenticate')).toContain(`scope="${scope}"`)
    expect(await rowsOf('owner')).toEqual(before)
  })

  it.each(guarded)('is needed by %s', async (operation) => {
    const answer = await send(api.call, sample(operation))
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="orrery"')
    expect(answer.headers.get('x-request-id')).toBe(answer.body.requestId)
  })
})
