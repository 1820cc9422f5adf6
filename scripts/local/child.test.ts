import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type SupervisedChild, startChild } from './child.ts'

let folder: string
let child: SupervisedChild | undefined
let lines: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-child-'))
  child = undefined
  lines = []
})
afterEach(async () => {
  await child?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const run = async (program: string): Promise<SupervisedChild> => {
  const script = join(folder, 'child.mjs')
  writeFileSync(script, program)
  child = await startChild({
    ...{ name: 'child', script, env: { GREETING: 'hello' }, readyLine: /^ready (\w+)$/, stopTimeoutMs: 500 },
    log: (line) => lines.push(line),
  })
  return child
}

const forever = 'setInterval(() => {}, 60_000)'

it('is ready when the child says so, and passes on what else it says', async () => {
  const { ready } = await run(
    `console.log('ready ' + process.env.GREETING); console.error('more'); ${forever}`,
  )
  expect(ready()[1]).toBe('hello')
  await vi.waitUntil(() => lines.length > 0, { timeout: 10_000 })
  expect(lines).toEqual(['child: more'])
})

it('starts it again when it ends by itself', async () => {
  const { pid, ready } = await run(`console.log('ready ' + process.pid); ${forever}`)
  const first = pid()!
  expect(ready()[1]).toBe(String(first))
  process.kill(first, 'SIGKILL')
  await vi.waitUntil(() => pid() !== undefined && pid() !== first, { timeout: 10_000 })
  await vi.waitUntil(() => ready()[1] === String(pid()), { timeout: 10_000 })
  expect(lines[0]).toMatch(/^child ended by itself \(SIGKILL\); starting it again in \d+ ms$/)
})

it('fails where the child ends before it is ready', async () => {
  await expect(run('process.exit(3)')).rejects.toThrow('child ended (code 3) before it was ready')
})

it('kills a child that does not stop', async () => {
  const running = await run(`process.on('SIGTERM', () => {}); console.log('ready 1'); ${forever}`)
  await running.stop()
  expect(running.isRunning()).toBe(false)
  expect(lines).toEqual(['child did not stop in time and is killed'])
})
