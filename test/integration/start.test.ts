import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { freePort } from '../../scripts/local/postgres.ts'
import { npmStart, processesOf, type StartProcess } from './npm-start.ts'

let dataDir: string
let port: number
let started: StartProcess[]
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-start-'))
  port = await freePort()
  started = []
})
afterEach(async () => {
  for (const { npm } of started) if (npm.exitCode === null) npm.kill('SIGTERM')
  await Promise.all(started.map(({ ended }) => ended()))
  for (const pid of processesOf(dataDir)) process.kill(pid, 'SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

const start = (...args: string[]): StartProcess => {
  const running = npmStart(['--data', dataDir, '--port', String(port), ...args])
  started.push(running)
  return running
}

const url = (path: string) => `http://127.0.0.1:${port}${path}`
const holder = (): { pid: number } => JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8'))
const untilNothingRuns = () => vi.waitUntil(() => processesOf(dataDir).length === 0, { timeout: 20_000 })

const putLamp = async (world: string): Promise<void> => {
  const response = await fetch(url('/eustress/ingest/entity'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      space_name: world,
      entity: { id: 'lamp', class_type: 'Light', position: [1, 2, 3] },
    }),
  })
  expect(response.status).toBe(200)
}

const statusOf = async (path: string): Promise<number> => (await fetch(url(path))).status

it('says what came up and what to try, and SIGTERM leaves nothing running', async () => {
  const stack = start()
  await stack.ready()
  for (const part of ['postgresql', 'migrations', 'queues', 'relay', 'physics', 'ledger', 'overflow', 'api'])
    expect(stack.output()).toMatch(new RegExp(`^  ${part} .*ms\\)$`, 'm'))
  for (const path of ['', '/openapi.json', '/healthz']) expect(stack.output()).toContain(url(path))
  expect(stack.output().match(/^ {2}curl /gm)).toHaveLength(3)
  expect(await (await fetch(url('/healthz'))).json()).toMatchObject({ status: 'up' })
  expect(await statusOf('/openapi.json')).toBe(200)
  stack.npm.kill('SIGTERM')
  expect(await stack.ended()).toBe(0)
  expect(processesOf(dataDir)).toEqual([])
  expect(existsSync(join(dataDir, 'run.json'))).toBe(false)
})

it('refuses to run twice on one folder, whatever the port', async () => {
  await start().ready()
  const second = npmStart(['--data', dataDir, '--port', String(await freePort())])
  expect(await second.ended()).toBe(1)
  expect(second.output()).toContain(`process ${holder().pid}, ${url('')}`)
  expect(await statusOf('/healthz')).toBe(200)
})

it('refuses a port that is taken before anything is started', async () => {
  const other = createServer().listen(port, '127.0.0.1')
  try {
    const refused = start()
    expect(await refused.ended()).toBe(1)
    expect(refused.output()).toContain(`Port ${port} is taken`)
    expect(refused.output()).toContain(`npm start -- --port ${port + 1}`)
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false)
  } finally {
    other.close()
  }
})

it('refuses an option that it does not know', async () => {
  const refused = start('--fresch')
  expect(await refused.ended()).toBe(2)
  expect(refused.output()).toContain('Usage: npm start')
})

it('keeps the data over a restart, and --fresh deletes it', { timeout: 120_000 }, async () => {
  const first = start()
  await first.ready()
  await putLamp('demo')
  first.npm.kill('SIGTERM')
  await first.ended()
  const second = start()
  await second.ready()
  expect(await statusOf('/worlds/demo/entities/lamp')).toBe(200)
  second.npm.kill('SIGTERM')
  await second.ended()
  await start('--fresh').ready()
  expect(await statusOf('/worlds/demo/entities/lamp')).toBe(404)
})

it('leaves nothing running when its main process is killed, and recovers', { timeout: 120_000 }, async () => {
  const first = start()
  await first.ready()
  await putLamp('demo')
  process.kill(holder().pid, 'SIGKILL')
  await first.ended()
  await untilNothingRuns()
  await start().ready()
  expect(await statusOf('/worlds/demo/entities/lamp')).toBe(200)
})

it('recovers at once when its main process was killed', { timeout: 120_000 }, async () => {
  const first = start()
  await first.ready()
  await putLamp('demo')
  process.kill(holder().pid, 'SIGKILL')
  await start().ready()
  expect(await statusOf('/worlds/demo/entities/lamp')).toBe(200)
})

it('recovers when every one of its processes was killed', { timeout: 120_000 }, async () => {
  const first = start()
  await first.ready()
  await putLamp('demo')
  for (const pid of processesOf(dataDir)) process.kill(pid, 'SIGKILL')
  await first.ended()
  await start().ready()
  expect(await statusOf('/worlds/demo/entities/lamp')).toBe(200)
})

it('starts PostgreSQL and physics again when they are killed', { timeout: 120_000 }, async () => {
  const stack = start()
  await stack.ready()
  await putLamp('demo')
  const servers = processesOf(dataDir).filter((pid) => pid !== holder().pid && pid !== stack.npm.pid)
  for (const pid of servers) process.kill(pid, 'SIGKILL')
  await vi.waitUntil(() => stack.output().includes('physics ended by itself'), { timeout: 20_000 })
  const isUp = async () =>
    ((await (await fetch(url('/healthz'))).json()) as { status: string }).status === 'up'
  await vi.waitUntil(isUp, { timeout: 30_000, interval: 200 })
  expect(await statusOf('/worlds/demo/entities/lamp')).toBe(200)
})

it('can be stopped while it starts', async () => {
  const stack = start()
  await vi.waitUntil(() => stack.output().includes('  data '), { timeout: 10_000 })
  stack.npm.kill('SIGTERM')
  expect(await stack.ended()).toBe(0)
  await untilNothingRuns()
})
