import { afterEach, beforeEach, expect, it } from 'vitest'
import { createPool } from '#platform/postgres/pool'
import { createDemandBell } from '#relay/demand'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
let api: TestApi

beforeEach(async () => {
  physics = await createPhysicsHarness()
  const demand = createDemandBell({ queue: physics.demand, nowMs: () => performance.now(), quietMs: 0 })
  api = await startTestApi(physics.database.url('orrery_app'), { demand })
})
afterEach(async () => {
  await api?.stop()
  await physics?.close()
})

const start = () =>
  physics.start({
    ...{ idleReleaseMs: 300, renewEveryMs: 200, scanEveryMs: 200, leaseTtlMs: 2_000 },
    demandQueueUrl: physics.demandQueueUrl,
  })

const isHeld = async (worldId: string): Promise<boolean> =>
  (await physics.pool.query('SELECT FROM leases WHERE world_id = $1 AND holder IS NOT NULL', [worldId]))
    .rowCount === 1

const isCounted = async (worldId: string): Promise<boolean> =>
  (await physics.pool.query('SELECT FROM active_worlds WHERE world_id = $1', [worldId])).rowCount === 1

const rings = async (): Promise<unknown[]> => {
  const messages = await physics.demand.receive({ waitSeconds: 0 })
  await physics.demand.acknowledge(messages)
  return messages.map(({ body }) => JSON.parse(body))
}

const wantedUntil = async (worldId: string): Promise<number | undefined> =>
  (
    await physics.pool.query('SELECT physics_wanted_until AS until FROM worlds WHERE world_id = $1', [
      worldId,
    ])
  ).rows[0].until?.getTime()

/** As the owner: what the API noted is over, or is over after so many minutes. */
const letTimePass = async (worldId: string, minutesLeft: number): Promise<void> => {
  const owner = createPool({ connectionString: physics.database.adminUrl, applicationName: 'test-owner' })
  const text = `UPDATE worlds SET physics_wanted_until = now() + $2 * interval '1 minute' WHERE world_id = $1`
  await owner.query(text, [worldId, minutesLeft]).finally(() => owner.end())
}

const step = (): Promise<Answer> => api.call('POST', '/worlds/w/physics/step?ticks=3')

it('a paused world that was given up is taken again when it is asked about, and given up later', async () => {
  await start()
  const { worldId } = await physics.send('w', [put('a', [0, 0, 0], { activity: 1 })])
  await until('it ticks', async () => ((await physics.status(worldId))?.tick ?? 0) > 3)
  await physics.send('w', [physicsSettings({ paused: true })])
  await until('it is given up', async () => !(await isHeld(worldId)))
  expect(await isCounted(worldId)).toBe(false)
  const refused = await step()
  expect(refused).toMatchObject({ status: 503, body: { detail: expect.stringContaining('being started') } })
  expect(refused.headers.get('retry-after')).toBe('15')
  expect(await isCounted(worldId)).toBe(true)

  const stepped = await until('it steps', async () => {
    const answer = await step()
    return answer.status === 200 ? answer.body : undefined
  })
  const read = await api.call('GET', '/worlds/w/physics')
  expect(read).toMatchObject({ status: 200, body: { tick: stepped.tick, leaseToken: stepped.leaseToken } })
  // much longer than an idle world is held
  const heldUntil = performance.now() + 1_500
  await until('it was held for a while', async () => {
    expect(await isHeld(worldId)).toBe(true)
    return performance.now() > heldUntil
  })
  await rings()

  await letTimePass(worldId, 0)
  expect(await isCounted(worldId)).toBe(false)
  await until('it is given up', async () => !(await isHeld(worldId)))
  await until('that is rung', async () => (await rings()).length > 0)
})

it('a world is noted and rung for when its physics is asked about, not when what is near is', async () => {
  const { worldId } = await physics.write('w', [put('a', [0, 0, 0])])
  expect((await api.call('GET', '/worlds/w/near?x=0&y=0&z=0&k=1')).body.source).toBe('database')
  expect([await rings(), await wantedUntil(worldId)]).toEqual([[], undefined])
  expect((await api.call('GET', '/worlds/w/physics')).status).toBe(503)
  expect(await rings()).toEqual([{ reason: 'asked', worldId }])
  const noted = (await wantedUntil(worldId))!
  expect((await step()).status).toBe(503)
  // it is rung for again, in case that failed before, but the row is left alone
  expect([await rings(), await wantedUntil(worldId)]).toEqual([[{ reason: 'asked', worldId }], noted])
  await letTimePass(worldId, 1)
  expect((await step()).status).toBe(503)
  expect(await wantedUntil(worldId)).toBeGreaterThanOrEqual(noted)
})
