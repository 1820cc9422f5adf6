import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Drainer, startDrainer } from './drainer.ts'
import { createFilesystemOverflow } from './filesystem.ts'
import type { OverflowSpool } from './overflow.ts'

const earth = { tenantId: 'acme', world: 'earth' }
const mars = { tenantId: 'acme', world: 'mars' }

let directory: string
let store: OverflowSpool
let drainer: Drainer | undefined
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orrery-drainer-'))
  store = await createFilesystemOverflow(directory)
})
afterEach(async () => {
  await drainer?.stop()
  await rm(directory, { recursive: true, force: true })
})

class Away extends Error {}
const isUnavailable = (error: unknown) => error instanceof Away

it('applies what waits when the database is back', async () => {
  let isAway = true
  const applied: string[] = []
  drainer = startDrainer({
    store,
    isUnavailable,
    intervalMs: 5,
    maxBackoffMs: 10,
    apply: async (_, { requestId }) => {
      if (isAway) throw new Away()
      applied.push(requestId)
    },
  })
  await store.divert(earth, { requestId: 'a' })
  await store.divert(earth, { requestId: 'b' })
  expect(applied).toEqual([])
  isAway = false
  await vi.waitUntil(async () => (await store.divertedKeys()).length === 0, { timeout: 10_000 })
  expect(applied).toEqual(['a', 'b'])
})

it('goes on with other worlds beside a request that fails, and keeps that one', async () => {
  const lines: string[] = []
  await store.divert(earth, { requestId: 'bad' })
  await store.divert(mars, { requestId: 'good' })
  drainer = startDrainer({
    store,
    isUnavailable,
    intervalMs: 5,
    log: (line) => lines.push(line),
    apply: async (_, { requestId }) => {
      if (requestId === 'bad') throw new Error('no')
    },
  })
  await vi.waitUntil(async () => !(await store.isDiverted(mars)), { timeout: 10_000 })
  await drainer.stop()
  expect(await store.divertedKeys()).toEqual([earth])
  expect(lines).toContain('overflow of earth waits, its next request fails: no')
})

it('ends after the requests that it is applying', async () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `${index}${'x'.repeat(4_000)}`)
  await Promise.all(ids.map((requestId) => store.divert(earth, { requestId })))
  const applied: string[] = []
  let finish = () => {}
  const held = new Promise<void>((done) => {
    finish = done
  })
  drainer = startDrainer({
    store,
    isUnavailable,
    apply: async (_, { requestId }) => {
      applied.push(requestId)
      await held
    },
  })
  await vi.waitUntil(() => applied.length > 0)
  const stopped = drainer.stop()
  finish()
  await stopped
  expect(applied.length).toBeLessThan(1_000)
  const waiting: string[] = []
  await store.drain(earth, async ({ requestId }) => {
    waiting.push(requestId)
  })
  expect([...applied, ...waiting]).toEqual(ids)
})
