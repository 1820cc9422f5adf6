import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { projectWorld } from '#chronicle/projection/project-world'
import { rebuildStep } from '#chronicle/projection/rebuild'
import { storeRules } from '#chronicle/rules/postgres'
import { type Rule, rulesSchema } from '#chronicle/rules/rule'
import { inTenantTransaction } from '#platform/postgres/pool'
import { localKeyFile } from '#world/sealing/local-key-file'
import { chronicleCommand } from '../../scripts/chronicle/command.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { type ChronicleHarness, startChronicleHarness, told } from '../support/chronicle-harness.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

/** What an event tells that a rule would put into a sensitive component. */
const hush = 'hush-hush-0815'

let database: TestDatabase
let harness: ChronicleHarness
let api: TestApi
let folder: string

beforeAll(async () => {
  database = await createTestDatabase()
  harness = startChronicleHarness(database)
  folder = mkdtempSync(join(tmpdir(), 'orrery-chronicle-sensitive-'))
  api = await startTestApi(database.url('orrery_app'), { keyWrapper: localKeyFile(join(folder, 'key')) })
})

afterAll(async () => {
  await api?.stop()
  await harness?.close()
  await database?.drop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const register = (world: string, type: string, sensitive = true) =>
  api.call('POST', `/worlds/${world}/component-types`, { type, sensitive, schema: { type: 'object' } })

const rules: Rule[] = rulesSchema.parse([
  { action: 'rested', effects: [] },
  {
    action: 'confided',
    effects: [
      { do: 'set-status', of: 'agent', state: 'relieved' },
      { do: 'set-component', of: 'agent', component: 'Secret', data: { pin: { $data: 'pin' } } },
      { do: 'merge-component', of: 'agent', component: 'Secret', patch: { pin: { $data: 'pin' } } },
    ],
  },
])
const put = (world: string) => api.call('PUT', `/api/chronicles/rules?world=${world}`, { rules })

it('is nothing that a rule may set: the field of the rule is named', async () => {
  await register('ruled', 'Secret')
  const fields = ['rules[1].effects[1].component', 'rules[1].effects[2].component']
  expect(await put('ruled')).toMatchObject({
    status: 400,
    body: {
      errors: fields.map((field) => ({ field, message: expect.stringContaining("'Secret', a sensitive") })),
    },
  })
  expect((await api.call('GET', '/api/chronicles/rules?world=ruled')).body.isDefault).toBe(true)
  await register('open', 'Secret', false)
  expect((await put('open')).status).toBe(200)
})

it('is no type that rules set already', async () => {
  await api.call('POST', '/worlds', { name: 'early' })
  expect((await put('early')).status).toBe(200)
  expect(await register('early', 'Secret')).toMatchObject({
    status: 400,
    body: {
      errors: [{ field: 'sensitive', message: expect.stringContaining('rules[1].effects[1].component') }],
    },
  })
  expect((await register('early', 'Other')).status).toBe(200)
  expect((await register('early', 'Secret', false)).status).toBe(200)
})

const run = async (command: string, world: string) => {
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  const code = await chronicleCommand({
    args: [command, '--world', world, '--database-url', database.url('orrery_background')],
    env: { WRITER_DATABASE_URL: database.url('orrery_app') },
    ...{ out: say, err: say },
    progress: { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream,
  })
  return { code, text: lines.join('\n') }
}

it('is left alone by rules of earlier times, and neither derived nor shown', async () => {
  await register('old', 'Secret')
  const sealed = await api.call('PUT', '/worlds/old/entities/ann', {
    ...{ name: 'Ann', classType: 'Character', components: { Secret: { pin: 'her own' } } },
  })
  expect(sealed.status).toBe(200)
  const { worldId } = (await api.call('GET', '/worlds/old')).body
  await inTenantTransaction(harness.context.write.pool, 'local', (client) =>
    storeRules(client, { worldId, tenantId: 'local' }, rules, new Date()),
  )
  const actors = [
    { entityId: 'ann', name: 'Ann', entityType: 'Character', role: 'agent' },
    { name: 'Bo', entityType: 'Character', role: 'target' },
  ]
  const event = told({ id: 'e', action: 'confided', actors, data: { pin: hush } })
  await api.call('POST', '/api/chronicles/saga/events?world=old', event)
  expect(await projectWorld(harness.context, worldId)).toMatchObject({ state: 'done', refused: 0 })

  const { body } = await api.call('GET', '/worlds/old/entities/ann')
  expect(body.components).toMatchObject({ Status: { state: 'relieved' }, Secret: { pin: 'her own' } })
  const status = (await api.call('GET', '/api/chronicles/projection?world=old')).body
  expect(status.refused).toEqual([
    { target: 'rules[1].effects[1].component', refusal: expect.stringContaining("'Secret' is sensitive") },
    { target: 'rules[1].effects[2].component', refusal: expect.stringContaining("'Secret' is sensitive") },
  ])
  const verified = await run('verify', 'old')
  expect(verified).toMatchObject({ code: 0, text: expect.stringContaining('0 differences') })
  for (;;) if ((await rebuildStep(harness.context, worldId))?.state === 'switched') break
  for (const table of ['chronicle_effects', 'chronicle_derived', 'world_events', 'components']) {
    const { rows } = await harness.admin.query(
      `SELECT FROM ${table} t WHERE world_id = $1 AND strpos(t::text, $2) > 0`,
      [worldId, hush],
    )
    expect(rows, table).toEqual([])
  }
  expect((await api.call('GET', '/worlds/old/entities/ann')).body.components.Secret).toEqual({
    pin: 'her own',
  })
})

it('is left to its writer by a generation that had derived it in clear', async () => {
  await register('before', 'Secret')
  const { worldId } = (await api.call('GET', '/worlds/before')).body
  await api.call('PUT', '/worlds/before/entities/ann', { components: { Secret: { pin: 'her own' } } })
  const actors = [{ entityId: 'ann', name: 'Ann', entityType: 'Character', role: 'agent' }]
  await api.call('POST', '/api/chronicles/saga/events?world=before', told({ id: 'e', actors }))
  await projectWorld(harness.context, worldId)
  await harness.admin.query(
    `UPDATE chronicle_derived SET derived = jsonb_set(derived, '{components,Secret}', $2) WHERE world_id = $1`,
    [worldId, JSON.stringify({ pin: hush })],
  )
  const tampered = await run('verify', 'before')
  expect(tampered).toMatchObject({ code: 0, text: expect.not.stringContaining(hush) })
  for (;;) if ((await rebuildStep(harness.context, worldId))?.state === 'switched') break
  expect((await api.call('GET', '/worlds/before/entities/ann')).body.components).toEqual({
    Secret: { pin: 'her own' },
  })
})
