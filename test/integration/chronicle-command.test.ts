import { afterAll, beforeAll, expect, it } from 'vitest'
import { chronicleCommand } from '../../scripts/chronicle/command.ts'
import { type ChronicleHarness, startChronicleHarness, told } from '../support/chronicle-harness.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let harness: ChronicleHarness

beforeAll(async () => {
  database = await createTestDatabase()
  harness = startChronicleHarness(database)
})

afterAll(async () => {
  await harness?.close()
  await database?.drop()
})

const run = async (...args: string[]) => {
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  const code = await chronicleCommand({
    args: [...args, '--database-url', database.url('orrery_background')],
    env: { WRITER_DATABASE_URL: database.url('orrery_app') },
    ...{ out: say, err: say },
    progress: { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream,
  })
  return { code, text: lines.join('\n') }
}

it('backfills, verifies, rebuilds and says how things stand', async () => {
  const world = await harness.makeWorld()
  const actors = [{ name: 'Hero', entityType: 'Character', role: 'target' }]
  for (const id of ['a', 'b', 'c']) await world.record([told({ id, action: 'hurt', actors })])
  const of = ['--world', world.name]
  const first = await run('backfill', ...of, '--batch', '1')
  expect(first).toMatchObject({ code: 0, text: expect.stringContaining('3 chronicle events') })
  const hash = /state hash [0-9a-f]{64}/.exec(first.text)![0]
  expect(await run('backfill', ...of)).toMatchObject({ code: 0, text: expect.stringContaining(hash) })
  expect(await run('verify', ...of)).toMatchObject({ code: 0, text: expect.stringContaining(hash) })

  const data = { current: 1, max: 100 }
  await world.write([{ kind: 'set-component', entityId: 'character:hero', type: 'Health', data }])
  const tampered = await run('verify', ...of)
  expect(tampered.code).toBe(1)
  expect(tampered.text).toContain(
    'character:hero: components.Health should be {"max":100,"current":70}, is {"max":100,"current":1}',
  )
  expect(await run('status', ...of)).toMatchObject({
    code: 0,
    text: expect.stringContaining('1 differences'),
  })
  expect(await run('rebuild', ...of, '--batch', '2')).toMatchObject({
    ...{ code: 0, text: expect.stringContaining('1 changes of the world') },
  })
  expect(await run('verify', ...of, '--batch', '2')).toMatchObject({ code: 0 })
})

it('says what is wrong with its command line and with its world', async () => {
  expect((await run('backfill')).text).toContain('--world is missing')
  expect(await run('verify', '--world', 'nowhere')).toMatchObject({
    ...{ code: 2, text: expect.stringContaining("no world 'nowhere'") },
  })
})
