import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PhysicsService } from '#physics/service'
import type { PhysicsStatus } from '#physics/status'
import { readTicks } from '#physics/tick-log'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { startTcpProxy, type TcpProxy, through } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
let proxies: TcpProxy[]
beforeEach(async () => {
  proxies = []
  physics = await createPhysicsHarness()
})
afterEach(async () => {
  for (const proxy of proxies) proxy.restore()
  await physics?.close()
  await Promise.all(proxies.map((proxy) => proxy.stop()))
})

const proxyTo = async (url: string): Promise<TcpProxy> => {
  const proxy = await startTcpProxy(Number(new URL(url).port))
  proxies.push(proxy)
  return proxy
}

const databaseUrl = (): string => physics.config.database.connectionString

const quick = { leaseTtlMs: 1_500, leaseMarginMs: 500, renewEveryMs: 200, scanEveryMs: 200 }

const activeWorld = () =>
  physics.send('w', [
    physicsSettings({ ticksPerSecond: 50 }),
    put('a', [0, 0, 0], { activity: 1 }),
    put('b', [5, 0, 0], { activity: 1 }),
  ])

/** Asks the process itself, whoever the database says holds the world. */
const statusAt = async ({ address }: PhysicsService, worldId: string): Promise<PhysicsStatus | undefined> => {
  const response = await fetch(`${address}/worlds/${worldId}/physics`)
  return response.status === 200 ? ((await response.json()) as PhysicsStatus) : undefined
}

/** The tick at which a world that would make 50 a second stands still. */
const standstill = async (service: PhysicsService, worldId: string): Promise<number> => {
  let seen = { tick: -1, atMs: 0 }
  await until('it stands still', async () => {
    const { tick } = (await statusAt(service, worldId))!
    if (tick !== seen.tick) seen = { tick, atMs: performance.now() }
    return performance.now() - seen.atMs > 500
  })
  return seen.tick
}

const loggedTick = async (worldId: string): Promise<number> =>
  (await readTicks(physics.pool, worldId, -1)).at(-1)!.tick

it('waits with its output while the database is away, and goes on with its state afterwards', async () => {
  const database = await proxyTo(databaseUrl())
  const service = await physics.start({
    ...quick,
    database: { connectionString: through(databaseUrl(), database) },
  })
  const { worldId, seq } = await activeWorld()
  await until('it ticks', async () => ((await statusAt(service, worldId))?.tick ?? 0) > 5)
  database.cut()
  const stopped = await standstill(service, worldId)
  const durable = await loggedTick(worldId)
  // at most so many ticks wait for the database at once
  expect(stopped - durable).toBeLessThanOrEqual(16)
  const { stateHash } = (await statusAt(service, worldId))!
  expect((await statusAt(service, worldId))!.stateHash).toBe(stateHash)
  const late = await physics.write('w', [put('c', [1, 1, 1])])
  database.restore()
  const after = await until('it ticks on', async () => {
    const status = await statusAt(service, worldId)
    return status !== undefined && status.tick > stopped + 10 && status.seq === late.seq ? status : undefined
  })
  expect(after.leaseToken).toBe(1)
  expect(late.seq).toBe(seq + 1)
  await until('the ticks that waited are durable', async () => (await loggedTick(worldId)) > stopped)
  const ticks = await readTicks(physics.pool, worldId, -1)
  expect(ticks.map(({ tick }) => tick)).toEqual(ticks.map((_, index) => ticks[0].tick + index))
})

it('gives a world up that another took over during the outage', async () => {
  const database = await proxyTo(databaseUrl())
  const cutOff = await physics.start({
    ...quick,
    database: { connectionString: through(databaseUrl(), database) },
  })
  const { worldId } = await activeWorld()
  await until('it ticks', async () => ((await statusAt(cutOff, worldId))?.tick ?? 0) > 5)
  database.cut()
  const other = await physics.start(quick)
  const taken = await until('the other ticks', async () => statusAt(other, worldId))
  expect(taken.leaseToken).toBe(2)
  database.restore()
  await until('the first knows', async () => (await statusAt(cutOff, worldId)) === undefined)
  const from = await loggedTick(worldId)
  await until('the other goes on', async () => (await loggedTick(worldId)) > from + 5)
  expect((await statusAt(other, worldId))!.leaseToken).toBe(2)
  const ticks = await readTicks(physics.pool, worldId, -1)
  expect(ticks.map(({ tick }) => tick)).toEqual(ticks.map((_, index) => ticks[0].tick + index))
})

it('follows the log while the queues are away', async () => {
  const queues = await proxyTo(physics.config.sqsEndpoint!)
  const proxied = (url: string) => through(url, queues)
  const service = await physics.start({
    ...quick,
    sqsEndpoint: proxied(physics.config.sqsEndpoint!),
    wakeQueueUrl: proxied(physics.config.wakeQueueUrl),
    slotQueueUrls: physics.config.slotQueueUrls.map(proxied),
  })
  const { worldId } = await physics.send('w', [put('a', [0, 0, 0])])
  await until('it is held', () => statusAt(service, worldId))
  queues.cut()
  const silent = await physics.send('w', [put('a', [1, 1, 1]), put('b', [2, 2, 2])])
  await until('it read the log', async () => (await statusAt(service, worldId))!.seq === silent.seq)
  queues.restore()
  const next = await physics.send('w', [put('a', [3, 3, 3])])
  await until('it goes on', async () => (await statusAt(service, worldId))!.seq === next.seq)
  expect(await physics.positions(worldId)).toEqual({ a: [3, 3, 3], b: [2, 2, 2] })
})
