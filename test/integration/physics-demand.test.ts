import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyEvent } from '#physics/apply'
import type { PhysicsService } from '#physics/service'
import { stateHash } from '#physics/state-hash'
import type { PhysicsStatus } from '#physics/status'
import { runTick } from '#physics/tick'
import { readTicks } from '#physics/tick-log'
import { drive } from '#platform/arrays/drive'
import type { Queue } from '#platform/queue/queue'
import { createDemandBell } from '#relay/demand'
import { physicsDestination } from '#relay/physics-destination'
import { readEvents } from '#relay/read-events'
import { type RelayContext, relayWorld } from '#relay/relay'
import { memoryTickStore } from '#sync/stores/memory'
import type { Command } from '#world/commands'
import { serveRest } from '../../functions/sync/serve-rest.ts'
import { emptySimulation } from '../support/physics-events.ts'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
let relay: RelayContext
/** Worlds that ticks at rest were asked for. */
let askedFor: string[]

beforeEach(async () => {
  physics = await createPhysicsHarness()
  const { wake, slots, demand: queue } = physics
  const tasks = createDemandBell({ queue, nowMs: () => performance.now(), quietMs: 0 })
  askedFor = []
  const rest = { ring: async (worldId: string) => void askedFor.push(worldId) }
  const demand = { tasks, rest }
  relay = {
    pool: physics.database.pool('orrery_relay'),
    destinations: [physicsDestination({ wake, slot: (slot) => slots[slot], demand })],
    doorbell: queue,
    newId: randomUUID,
    monotonicMs: () => performance.now(),
    random: Math.random,
    log: () => {},
  }
})
afterEach(() => physics?.close())

/** Writes, and has the relay deliver it as it does on AWS. */
const send = async (world: string, commands: Command[]): Promise<{ worldId: string; seq: number }> => {
  const written = await physics.write(world, commands)
  expect(await relayWorld(relay, written.worldId)).toBe('done')
  return written
}

const activity = (entityId: string, value: number): Command => ({
  ...{ kind: 'set-parameter', name: 'activity' },
  ...{ entityId, value },
})

const take = async (queue: Queue): Promise<unknown[]> => {
  const messages = await queue.receive({ waitSeconds: 0 })
  await queue.acknowledge(messages)
  return messages.map(({ body }) => JSON.parse(body))
}

const reasons = async (): Promise<string[]> =>
  (await take(physics.demand)).map((message) => (message as { reason: string }).reason)

const rung = (reason: string) =>
  until(`'${reason}' is rung`, async () => (await reasons()).includes(reason), 10_000)

const quick = { idleReleaseMs: 300, renewEveryMs: 200, scanEveryMs: 200, leaseTtlMs: 2_000 }

/** A service beside a scaler. */
const start = (overrides: Parameters<PhysicsHarness['start']>[0] = {}): Promise<PhysicsService> =>
  physics.start({ ...quick, demandQueueUrl: physics.demandQueueUrl, ...overrides })

const holderOf = async (worldId: string): Promise<string | undefined> =>
  (
    await physics.pool.query<{ holder: string }>(
      'SELECT holder FROM leases WHERE world_id = $1 AND holder IS NOT NULL AND expires_at > now()',
      [worldId],
    )
  ).rows[0]?.holder

const cursorOf = async (worldId: string): Promise<number> =>
  (await relay.pool.query('SELECT seq FROM relay_cursors WHERE world_id = $1', [worldId])).rows[0].seq

const settled = (worldId: string, seq: number): Promise<PhysicsStatus> =>
  until(`world at seq ${seq}`, async () => {
    const status = await physics.status(worldId)
    return status?.seq === seq ? status : undefined
  })

describe('the relay beside a scaler', () => {
  it('wakes tasks for worlds that move, and sends what happens in others to nobody', async () => {
    const still = await send('still', [put('a', [0, 0, 0])])
    expect(await cursorOf(still.worldId)).toBe(still.seq)
    expect([await take(physics.wake), await take(physics.demand)]).toEqual([[], []])
    expect(askedFor).toEqual([still.worldId])
    const moving = await send('moving', [put('a', [0, 0, 0], { activity: 1 })])
    expect(await take(physics.demand)).toEqual([{ reason: 'activation', worldId: moving.worldId }])
    expect(await take(physics.wake)).toMatchObject([{ worldId: moving.worldId, toSeq: moving.seq }])
    const paused = await send('moving', [physicsSettings({ paused: true })])
    expect(await cursorOf(moving.worldId)).toBe(paused.seq)
    expect([await take(physics.wake), await take(physics.demand)]).toEqual([[], []])
  })

  it('keeps the events where the scaler cannot be called', async () => {
    const { wake, slots } = physics
    const away = { ring: () => Promise.reject(new Error('away')) }
    const demand = { tasks: away, rest: away }
    const destinations = [physicsDestination({ wake, slot: (slot) => slots[slot], demand })]
    const { worldId, seq } = await physics.write('w', [put('a', [0, 0, 0], { activity: 1 })])
    await expect(relayWorld({ ...relay, destinations }, worldId)).rejects.toThrow('away')
    expect(await cursorOf(worldId)).toBe(0)
    expect(await relayWorld(relay, worldId)).toBe('done')
    expect(await cursorOf(worldId)).toBe(seq)
  })
})

it.each([false, true])(
  'a world whose events went to no task ends in the state of one that was never left alone (ticked at rest: %s)',
  async (rests) => {
    const store = memoryTickStore({ ttlSeconds: 600, now: () => new Date(), maxBytes: 1_000_000 })
    const rest = async (): Promise<number> =>
      rests ? serveRest({ pool: physics.pool, holder: 'sync', store, now: () => new Date() }, worldId) : 0
    const first = await start()
    const { worldId } = await send('w', [
      physicsSettings({ ticksPerSecond: 100, seed: 7 }),
      put('a', [0, 0, 0], { activity: 1, jitter: 0.5 }),
      put('b', [5, 0, 0], { activity: 2 }),
      put('stone', [9, 9, 9]),
      put('gone', [1, 1, 1]),
    ])
    await until('it ticks', async () => ((await physics.status(worldId))?.tick ?? 0) > 10)
    await send('w', [activity('a', 0), activity('b', 0)])
    await until('it is given up', async () => (await holderOf(worldId)) === undefined)
    await first.stop()
    await take(physics.slots[0])
    const skipped: Command[][] = [
      [put('stone', [-9, 0, 0]), put('new', [3, 3, 3])],
      [{ kind: 'delete-entity', entityId: 'gone' }],
      [physicsSettings({ gravity: 5, defaultActivity: 0.25 }), activity('new', 0)],
      [{ kind: 'move-entity', entityId: 'a', position: [1, 2, 3] }],
    ]
    for (const commands of skipped) {
      const { seq } = await send('w', commands)
      expect(await cursorOf(worldId)).toBe(seq)
      expect(await rest()).toBe(rests ? 1 : 0)
    }
    expect(await rest()).toBe(0)
    expect(await take(physics.wake)).toEqual([])
    if (rests) {
      const { rows } = await physics.pool.query(
        'SELECT x, y, z, vx, seq FROM entity_physics_state WHERE world_id = $1 AND entity_id = $2',
        [...[worldId, 'a']],
      )
      const { tick, to_seq: toSeq } = (
        await physics.pool.query(
          'SELECT tick, to_seq FROM tick_log WHERE world_id = $1 ORDER BY tick DESC LIMIT 1',
          [worldId],
        )
      ).rows[0]
      expect(rows).toEqual([{ x: 1, y: 2, z: 3, vx: 0, seq: toSeq }])
      expect(await store.latest(worldId)).toMatchObject({ tick, seq: toSeq })
      const stored = await store.read(worldId, { fromTick: tick - 3, toTick: tick }, '*', 10)
      // a change of settings alone is told by the log, and changes nothing in a region
      expect(stored.map(({ tick: stored }) => tick - stored)).toEqual([3, 2, 1, 0])
    }
    // the first entity that has the new default makes the world move again
    const { seq } = await send('w', [put('late', [4, 4, 4]), activity('a', 1)])
    const second = await start()
    const taken = await settled(worldId, seq)
    await until('it ticks', async () => ((await physics.status(worldId))?.tick ?? 0) > taken.tick + 10)
    const paused = await send('w', [physicsSettings({ paused: true })])
    const last = await settled(worldId, paused.seq)
    expect(last).toMatchObject({ bodies: 5, active: 2 })
    expect((await physics.positions(worldId)).stone).toEqual([-9, 0, 0])
    const { stateHash: hash } = last
    await second.stop()

    // the same ticks with the same events, from nothing, in one go
    const undisturbed = emptySimulation()
    const events = await readEvents(physics.pool, worldId, 0, 1_000)
    const [base, ...ticks] = await readTicks(physics.pool, worldId, -1)
    for (const event of events.filter((event) => event.seq <= base.toSeq)) applyEvent(undisturbed, event)
    undisturbed.tick = base.tick
    for (const { tick, toSeq } of ticks) {
      const from = undisturbed.seq
      const taken = events.filter((event) => event.seq > from && event.seq <= toSeq)
      await drive(runTick(undisturbed, taken))
      expect(undisturbed.tick).toBe(tick)
    }
    expect(undisturbed.tick).toBeGreaterThan(20)
    expect(await drive(stateHash(undisturbed.bodies, last.tick, last.seq, undisturbed.gamma))).toBe(hash)
    expect(undisturbed.tick).toBe(last.tick)
  },
)

describe('a service beside a scaler', () => {
  it('has the tasks counted when it starts, when worlds begin and end to move, and when it holds none', async () => {
    // longer than it takes to see that the world stands still
    await start({ idleReleaseMs: 3_000 })
    await rung('start')
    const { worldId } = await send('w', [put('a', [0, 0, 0], { activity: 1 })])
    await until('it is held', async () => (await physics.status(worldId)) !== undefined)
    await rung('activity')
    await send('w', [activity('a', 0)])
    await until('it is given up', async () => (await holderOf(worldId)) === undefined)
    // one that is on its way already stands for those that follow it
    await until('that is rung', async () => (await reasons()).length > 0)
  })

  it('gives a paused world up', async () => {
    await start()
    const { worldId } = await send('w', [put('a', [0, 0, 0], { activity: 1 })])
    await until('it ticks', async () => ((await physics.status(worldId))?.tick ?? 0) > 3)
    await send('w', [physicsSettings({ paused: true })])
    await until('it is given up', async () => (await holderOf(worldId)) === undefined)
    const { seq } = await send('w', [physicsSettings({ paused: false })])
    expect((await settled(worldId, seq)).active).toBe(1)
  })

  it('takes a world that began to move while nothing ran, though no queue tells it', async () => {
    await physics.write('still', [put('a', [0, 0, 0])])
    const still = await physics.write('still', [put('a', [1, 0, 0])])
    const { worldId, seq } = await physics.write('moving', [put('a', [0, 0, 0], { activity: 1 })])
    await start()
    expect((await settled(worldId, seq)).active).toBe(1)
    expect(await holderOf(still.worldId)).toBeUndefined()
    const leases = await physics.pool.query('SELECT world_id FROM leases')
    expect(leases.rows).toEqual([{ world_id: worldId }])
  })

  it('leaves what is beyond its share to others, but not for ever', async () => {
    const full = { worldsPerTask: 1, overloadAfterMs: 1_500 }
    const one = await start(full)
    const worlds: string[] = []
    for (const name of ['a', 'b', 'c'])
      worlds.push((await send(name, [put('x', [0, 0, 0], { activity: 1 })])).worldId)
    const heldBy = async (service: PhysicsService) =>
      (await Promise.all(worlds.map(holderOf))).filter((holder) => holder === service.holder).length
    await until('one is held', async () => (await heldBy(one)) === 1)
    const two = await start(full)
    await until('another is held', async () => (await heldBy(two)) === 1)
    expect(await heldBy(one)).toBe(1)
    await until('the third is held', async () => (await heldBy(one)) + (await heldBy(two)) === 3)
  })
})
