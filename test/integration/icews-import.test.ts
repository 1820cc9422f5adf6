import { spawn } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import { chroniclesOf, told } from '../support/chronicle.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

/** Invented events in the format of ICEWS18; one stands in it three times. */
const sample = 'test/fixtures/icews'
const sampleEvents = join(sample, 'events.txt')

let folder: string
let database: TestDatabase
let api: TestApi
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orrery-icews-'))
  database = await createTestDatabase()
  api = await startTestApi(database.url('orrery_app'))
})
afterAll(async () => {
  await api?.stop()
  await database?.drop()
  await rm(folder, { recursive: true, force: true })
})

interface Run {
  code: number | null
  output: string
}

/** The command as a person runs it. */
const runImport = async (args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> => {
  const { ORRERY_ICEWS: _, ...rest } = process.env
  const env = { ...rest, ...environment }
  const child = spawn(process.execPath, ['scripts/import.ts', 'icews', ...args, '--url', api.url], { env })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  const code = await new Promise<number | null>((done) => child.once('close', done))
  return { code, output }
}

/** A folder with the sample, some of its files otherwise. */
const sampleWith = async (name: string, change: (text: string) => string): Promise<string> => {
  const changed = await mkdtemp(join(folder, 'sample-'))
  for (const file of ['events.txt', 'entity2id.txt', 'relation2id.txt'])
    await copyFile(join(sample, file), join(changed, file))
  await writeFile(join(changed, name), change(await readFile(join(sample, name), 'utf8')))
  return join(changed, 'events.txt')
}

/** The events of a chronicle in order of time and id, without what the log says of them. */
const eventsOf = async (world: string, chronicle = 'icews') => {
  const { body } = await chroniclesOf(api, world).list(chronicle, 'limit=100')
  return body.events.map(({ seq, recordedAt, ...event }: { seq: number; recordedAt: string }) => event)
}

it('makes a chronicle of a file, and records nothing when it is run again', async () => {
  const first = await runImport([sampleEvents, '--batch', '4'])
  expect(first).toMatchObject({ code: 0 })
  expect(first.output).toMatch(/Sent 15 events in 4 batches in .* events\/s\)/)
  expect(first.output).toMatch(/recorded now +15\n.*duplicates +0\n.*actors +14\n/)
  expect(first.output).toContain('2018-08-29T00:00:00.000Z to 2018-09-08T00:00:00.000Z')
  const { chronicle, get } = chroniclesOf(api, 'icews')
  expect((await chronicle('icews')).body).toMatchObject({ title: 'ICEWS 2018', eventCount: 15 })
  expect((await get('icews', 'icews-10-7-3-5761-3')).body).toMatchObject({
    ...{ timestamp: '2018-08-29T01:00:00.000Z', eventType: 'protest', action: 'protest-violently-riot' },
    summary:
      'Protester (Lemonade Vendors Union) protested violently or rioted against Government (Freedonia).',
    actors: [
      { entityType: 'Group', role: 'agent', context: 'Lemonade Vendors Union' },
      { name: 'Government (Freedonia)', entityType: 'Organisation', role: 'target', context: 'Freedonia' },
    ],
    valence: [
      { source: 'Government (Freedonia)', target: 'Protester (Lemonade Vendors Union)', change: -0.075 },
    ],
    ...{ modality: 'reported', source: 'ICEWS', data: { cameo: '145', goldstein: -7.5, quadClass: 4 } },
  })
  const before = await eventsOf('icews')
  const second = await runImport([sampleEvents, '--shuffle', '3'])
  expect(second).toMatchObject({ code: 0 })
  expect(second.output).toMatch(/Sent 15 events in 1 batches/)
  expect(second.output).toMatch(/recorded now +0\n.*duplicates +15\n/)
  expect(await eventsOf('icews')).toEqual(before)
})

it('comes to the same in any order, and goes on where it was broken off', async () => {
  await runImport([sampleEvents, '--world', 'ordered'])
  const half = await runImport([sampleEvents, '--world', 'halves', '--limit', '6', '--shuffle', '9'])
  expect(half.output).toContain('Importing 6 of the 15 events')
  expect(half.output).toMatch(/recorded now +6\n/)
  const rest = await runImport([
    sampleEvents,
    '--world',
    'halves',
    '--shuffle',
    '4',
    '--batch',
    '2',
    '--in-flight',
    '3',
  ])
  expect(rest.output).toMatch(/recorded now +9\n.*duplicates +6\n/)
  const ordered = await eventsOf('ordered')
  expect(ordered).toHaveLength(15)
  expect(await eventsOf('halves')).toEqual(ordered)
})

it('takes the folder from the environment, the names from where they are, and a chronicle by its id', async () => {
  const entities = join(folder, 'names.txt')
  await copyFile(join(sample, 'entity2id.txt'), entities)
  const args = ['--world', 'named', '--chronicle', 'the news', '--entities', entities]
  const run = await runImport(args, { ORRERY_ICEWS: sample })
  expect(run).toMatchObject({ code: 0 })
  expect(run.output).toMatch(/The chronicle "the news" of the world "named":\n +events +15\n/)
})

it('leaves the title of a chronicle that is there as it is', async () => {
  const { create, chronicle } = chroniclesOf(api, 'titled')
  await create({ id: 'icews', title: 'My own' })
  const run = await runImport([sampleEvents, '--world', 'titled'])
  expect(run).toMatchObject({ code: 0 })
  expect(run.output).toContain('keeps its title')
  expect((await chronicle('icews')).body).toMatchObject({ title: 'My own', eventCount: 15 })
})

it.each([
  [
    ...['a relation without a class', 'relation2id.txt'],
    (text: string) => `${text}Win a lottery\t99\n`,
    'No CAMEO class has the name of these relations:\n  Win a lottery',
  ],
  [
    ...['a line that is none', 'events.txt'],
    (text: string) => `${text}1\t2\t3\n`,
    'events.txt, line 16 is not subject, relation, object and hour',
  ],
  [
    ...['an entity that has no name', 'events.txt'],
    (text: string) => `${text}1\t2\t77\t6000\t0\n`,
    'events.txt, line 16: there is no entity 77',
  ],
  [
    ...['a relation that has no name', 'events.txt'],
    (text: string) => `${text}1\t66\t2\t6000\t0\n`,
    'events.txt, line 16: there is no relation 66',
  ],
] as [string, string, (text: string) => string, string][])(
  'names %s, and sends nothing',
  async (_, name, change, message) => {
    const run = await runImport([await sampleWith(name, change), '--world', 'refused'])
    expect(run.code).toBe(1)
    expect(run.output).toContain(message)
    expect((await chroniclesOf(api, 'refused').chronicle('icews')).status).toBe(404)
  },
)

it('says which file is not there', async () => {
  const run = await runImport([join(folder, 'nothing.txt'), '--entities', join(sample, 'entity2id.txt')])
  expect(run.code).toBe(1)
  expect(run.output).toContain('relation2id.txt')
})

it('says what the API refuses, after what was sent before it', async () => {
  const { post } = chroniclesOf(api, 'taken')
  await post('icews', told('icews-0-9-1-5760'))
  const run = await runImport([sampleEvents, '--world', 'taken', '--batch', '1'])
  expect(run.code).toBe(1)
  expect(run.output).toContain('Sent 1 events in 1 batches')
  expect(run.output).toMatch(/refused the batch of 1 events with icews-0-9-1-5760 \(409\).*other content/)
})
