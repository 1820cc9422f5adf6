import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { createPhysicsHarness, type PhysicsHarness, put } from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
beforeEach(async () => {
  physics = await createPhysicsHarness()
})
afterEach(() => physics?.close())

const main = fileURLToPath(new URL('../../services/physics/main.ts', import.meta.url))

const environment = () => ({
  DATABASE_URL: physics.config.databaseUrl,
  SQS_ENDPOINT: physics.config.sqsEndpoint!,
  WAKE_QUEUE_URL: physics.config.wakeQueueUrl,
  SLOT_QUEUE_URLS: physics.config.slotQueueUrls.join(','),
  OBJECT_STORE_DIR: physics.objectsDir,
})

it('says when it is ready, and on SIGTERM leaves everything written and released', async () => {
  const child = spawn(process.execPath, [main], { env: { ...process.env, ...environment() }, stdio: 'pipe' })
  const exited = once(child, 'exit')
  try {
    const lines = createInterface({ input: child.stdout })
    const [line] = (await once(lines, 'line')) as [string]
    expect(line).toMatch(/^physics ready on http:\/\/127\.0\.0\.1:\d+ slot 0$/)
    const { worldId, seq } = await physics.send('w', [
      put('a', [0, 0, 0], { activity: 1 }),
      put('b', [5, 0, 0], { activity: 1 }),
    ])
    await until('it ticks', async () => ((await physics.status(worldId))?.tick ?? 0) > 3)
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    const one = async (text: string) => (await physics.pool.query(text, [worldId])).rows[0]
    const { tick, to_seq } = await one(
      'SELECT tick, to_seq FROM tick_log WHERE world_id = $1 ORDER BY tick DESC LIMIT 1',
    )
    expect(to_seq).toBe(seq)
    expect(await one('SELECT holder, token, active FROM leases WHERE world_id = $1')).toEqual({
      holder: null,
      token: 1,
      active: true,
    })
    expect((await physics.pool.query('SELECT FROM physics_slots')).rowCount).toBe(0)
    expect(await one('SELECT min(tick) AS tick FROM entity_physics_state WHERE world_id = $1')).toEqual({
      tick,
    })
    const keys = await filesystemObjectStore(physics.objectsDir).list(`checkpoints/${worldId}/`)
    expect(Number(keys.at(-1)!.match(/(\d+)\.orc$/)![1])).toBe(tick)
  } finally {
    child.kill('SIGKILL')
    await exited
  }
})

it('names what is missing in its environment', async () => {
  const { SLOT_QUEUE_URLS: _, ...incomplete } = environment()
  const env = { ...process.env, ...incomplete, WAKE_QUEUE_URL: 'nowhere' }
  const child = spawn(process.execPath, [main], { env, stdio: 'pipe' })
  const exited = once(child, 'exit')
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  expect(await exited).toEqual([1, null])
  expect(errors).toMatch(/WAKE_QUEUE_URL: .*SLOT_QUEUE_URLS: /s)
})
