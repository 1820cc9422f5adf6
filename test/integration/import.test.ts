import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Stack, startStack } from '../../scripts/local/stack.ts'

let folder: string
let stack: Stack
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orrery-import-'))
  stack = await startStack({
    ...{ dataDir: join(folder, 'data'), port: 0, log: () => {} },
    postgresSettings: ['fsync=off', 'synchronous_commit=off'],
  })
})
afterAll(async () => {
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Run {
  code: number | null
  output: string
}

/** The command as a person runs it. */
const runImport = async (args: string[], input = '', url = stack.url): Promise<Run> => {
  const child = spawn(process.execPath, ['scripts/import.ts', ...args, '--url', url])
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const code = await new Promise<number | null>((done) => child.once('close', done))
  return { code, output }
}

const get = async (path: string) => (await fetch(`${stack.url}${path}`)).json()

const house = [
  { connection: { source_id: 'house', target_id: 'room', connection_type: 'hierarchy', strength: 1 } },
  { entity: { id: 'house', class_type: 'Model', position: [0, 0, 0] } },
  { entity: { id: 'room', class_type: 'Part', position: [1, 2, 3], parameters: { activity: 0.5 } } },
]
const ndjson = (items: object[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('')

it('brings a file in, and makes no event for what is already so', async () => {
  const file = join(folder, 'house.ndjson')
  await writeFile(file, `\n${ndjson(house)}`)
  const first = await runImport([file, '--world', 'home', '--batch', '2'])
  expect(first).toMatchObject({ code: 0 })
  expect(first.output).toContain('Sent 3 items in 2 batches')
  expect(first.output).toMatch(/entities +2\n/)
  expect(first.output).toMatch(/hierarchy depth +1\n/)
  const second = await runImport([file, '--world', 'home'])
  expect(second.output).toContain('New events since this import began: 0\n')
  expect(await get('/worlds/home/entities/room')).toMatchObject({ position: [1, 2, 3] })
})

it('reads standard input', async () => {
  const run = await runImport(['-', '--world', 'piped'], ndjson(house))
  expect(run).toMatchObject({ code: 0 })
  expect(run.output).toMatch(/relationships +1\n/)
})

it('names a line that is not an item, after what was sent before it', async () => {
  const run = await runImport(['-', '--world', 'broken', '--batch', '1'], `${ndjson(house)}{"entity":1}\n`)
  expect(run.code).toBe(1)
  expect(run.output).toContain('Sent 2 items in 2 batches')
  expect(run.output).toContain('line 4: "entity" is not an object')
})

it('names the line that the API refuses', async () => {
  const bad = { entity: { id: 'bad', class_type: 'Part', position: [1, 2] } }
  const run = await runImport(['-', '--world', 'refused'], ndjson([...house, bad]))
  expect(run.code).toBe(1)
  expect(run.output).toContain('line 4: entities[2].position')
  expect(run.output).toContain('Sent 0 items')
})

it('says how to start Orrery where nothing answers', async () => {
  const run = await runImport(['cities', '--limit', '1'], '', 'http://127.0.0.1:1')
  expect(run.code).toBe(1)
  expect(run.output).toContain('npm start')
})

it('imports cities, the same again without an event', { timeout: 120_000 }, async () => {
  const first = await runImport(['cities', '--limit', '300', '--batch', '50'])
  expect(first).toMatchObject({ code: 0 })
  expect(first.output).toMatch(/hierarchy depth +3\n/)
  const second = await runImport(['cities', '--limit', '300'])
  expect(second.output).toContain('New events since this import began: 0\n')
})

it('goes on through an outage of PostgreSQL, with nothing lost or doubled', {
  timeout: 120_000,
}, async () => {
  const items = Array.from({ length: 3_000 }, (_, index) => ({
    entity: { id: `e${index}`, class_type: 'Part', position: [index, 0, 0] },
  }))
  const running = runImport(['-', '--world', 'outage', '--batch', '20'], ndjson(items))
  await vi.waitUntil(async () => ((await get('/worlds/outage')) as { seq?: number }).seq! > 100, {
    timeout: 20_000,
  })
  await stack.postgres.pause()
  // requests wait on disk now
  await vi.waitUntil(async () => (await stack.overflow.divertedKeys()).length > 0, { timeout: 20_000 })
  await stack.postgres.resume()
  const run = await running
  expect(run).toMatchObject({ code: 0 })
  expect(run.output).toContain('batches wait for the database')
  expect(await get('/worlds/outage')).toMatchObject({ seq: 3_001, entityCount: 3_000 })
})
