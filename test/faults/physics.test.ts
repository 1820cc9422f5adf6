import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { decodeCheckpoint } from '#physics/checkpoint'
import type { PhysicsConfig } from '#physics/config'
import { replayTicks } from '#physics/replay-ticks'
import type { Simulation } from '#physics/simulation'
import { stateHash } from '#physics/state-hash'
import type { LoggedTick } from '#physics/tick-log'
import { drive } from '#platform/arrays/drive'
import { idString } from '#platform/arrays/id-table'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { Command } from '#world/commands'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  parent,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { until } from '../support/until.ts'
import { type PhysicsChild, startPhysicsChild } from './physics-child.ts'

let physics: PhysicsHarness
let children: PhysicsChild[]

beforeEach(async () => {
  children = []
  physics = await createPhysicsHarness()
})
afterEach(async () => {
  for (const child of children) {
    child.signal('SIGCONT')
    child.signal('SIGKILL')
  }
  await Promise.all(children.map(({ exited }) => exited))
  await physics?.close()
})

const start = async (overrides: Partial<PhysicsConfig> = {}): Promise<PhysicsChild> => {
  const child = await startPhysicsChild({ ...physics.config, ...overrides })
  children.push(child)
  return child
}

/** Short enough that a takeover takes a second; what is proved does not depend on it. */
const quick: Partial<PhysicsConfig> = {
  ...{ leaseTtlMs: 700, leaseMarginMs: 200, renewEveryMs: 150, scanEveryMs: 150 },
  ...{ writeBackMs: 100, checkpointEveryMs: 300 },
  // every tick has a hash, however busy the machine
  tickHashShare: 1,
}

const holderOf = async (worldId: string): Promise<{ holder: string; token: number } | undefined> =>
  (
    await physics.pool.query<{ holder: string; token: number }>(
      'SELECT holder, token FROM leases WHERE world_id = $1 AND holder IS NOT NULL AND expires_at > now()',
      [worldId],
    )
  ).rows[0]

const loggedTicks = async (worldId: string) =>
  (
    await physics.pool.query<{ tick: number; to_seq: number }>(
      'SELECT tick, to_seq FROM tick_log WHERE world_id = $1 ORDER BY tick',
      [worldId],
    )
  ).rows

const lastTick = async (worldId: string): Promise<number> => (await loggedTicks(worldId)).at(-1)?.tick ?? -1

const random = (below: number): number => Math.floor(Math.random() * below)
const coordinate = (): number => (Math.random() - 0.5) * 40
const place = (): [number, number, number] => [coordinate(), coordinate(), coordinate()]
const someId = (): string => `body ${random(60)}`

const someCommand = (): Command => {
  const id = someId()
  switch (random(8)) {
    case 0:
      return { kind: 'delete-entity', entityId: id }
    case 1:
      return { kind: 'move-entity', entityId: id, position: place() }
    case 2:
      return { kind: 'set-parameter', entityId: id, name: 'activity', value: random(4) }
    case 3:
      return parent(`body ${random(5)}`, `body ${5 + random(55)}`, 1 + random(4))
    case 4:
      return physicsSettings({ gravity: Math.random() * 10 })
    default:
      return put(id, place(), {
        activity: random(3),
        mass: 1 + random(5),
        jitter: random(2),
        anchored: random(9) === 0,
      })
  }
}

/** Writes on and on; commands that the world refuses, such as a second parent, are left out. */
const keepWriting = async (world: string, isOver: () => boolean): Promise<void> => {
  while (!isOver()) {
    const command = someCommand()
    // every third change reaches physics by its log alone
    await (random(3) === 0 ? physics.write(world, [command]) : physics.send(world, [command])).catch(
      (error: Error) => {
        if (!/parent|cycle|not found|no entity|does not exist/i.test(error.message)) throw error
      },
    )
    await sleep(random(20))
  }
}

const hashOf = ({ bodies, gamma, tick, seq }: Simulation): Promise<string> =>
  drive(stateHash(bodies, tick, seq, gamma))

it('killed again and again while events come, ends in the state of an undisturbed replay', {
  timeout: 240_000,
}, async () => {
  const store = filesystemObjectStore(physics.objectsDir)
  const overrides = { ...quick, checkpointsKept: Number.POSITIVE_INFINITY }
  const { worldId } = await physics.send('w', [
    physicsSettings({ ticksPerSecond: 50, entanglement: 0.5, seed: 42 }),
    ...Array.from({ length: 40 }, (_, index) => put(`body ${index}`, place(), { activity: 1, jitter: 0.5 })),
  ])
  for (let spare = 0; spare < 2; spare++) await start(overrides)
  let over = false
  const writing = keepWriting('w', () => over)
  try {
    for (let kills = 0, sleeps = 0; kills < 20; ) {
      const from = await lastTick(worldId)
      const goal = from + 1 + random(12)
      const holder = await until('ticks go on', async () =>
        (await lastTick(worldId)) >= goal ? holderOf(worldId) : undefined,
      )
      const victim = children.find((child) => child.isRunning() && child.holder === holder.holder)
      if (victim === undefined) continue
      await sleep(random(60))
      if (sleeps < kills / 5) {
        sleeps++
        // a holder that sleeps through its lease, and wakes up as a stranger
        victim.signal('SIGSTOP')
        await until(
          'another holds the world',
          async () => ((await holderOf(worldId))?.token ?? 0) > holder.token,
        )
        victim.signal('SIGCONT')
      } else {
        kills++
        victim.signal('SIGKILL')
        await victim.exited
        await start(overrides)
      }
    }
  } finally {
    over = true
    await writing
  }
  const head = (await physics.write('w', [put('last', [1, 2, 3])])).seq
  await until('all events are in', async () => (await physics.status(worldId))?.seq === head)
  const running = children.filter((child) => child.isRunning())
  for (const child of running) child.signal('SIGTERM')
  expect(await Promise.all(running.map(({ exited }) => exited))).toEqual(running.map(() => 0))

  const ticks = await loggedTicks(worldId)
  expect(ticks.map(({ tick }) => tick)).toEqual(ticks.map((_, index) => index))
  expect(ticks.at(-1)!.to_seq).toBe(head)
  const keys = await store.list(`checkpoints/${worldId}/`)
  // as many as the time that the kills took has room for
  expect(keys.length).toBeGreaterThan(2)
  const replayed = await decodeCheckpoint((await store.get(keys[0]))!)
  let hashed = 0
  const onTick = async ({ tick, stateHash }: LoggedTick): Promise<void> => {
    if (stateHash === null) return
    hashed++
    expect([tick, stateHash]).toEqual([tick, await hashOf(replayed)])
  }
  for (const key of keys) {
    const checkpoint = await decodeCheckpoint((await store.get(key))!)
    await replayTicks({ pool: physics.pool, objects: store }, replayed, { toTick: checkpoint.tick, onTick })
    expect(await hashOf(replayed), key).toBe(await hashOf(checkpoint))
  }
  expect(replayed.tick).toBe(ticks.at(-1)!.tick)
  expect(hashed).toBeGreaterThan(ticks.length / 2)
  await expectRowsOf(replayed)
})

/** The projection is the state. */
const expectRowsOf = async ({ worldId, bodies }: Simulation): Promise<void> => {
  const { rows } = await physics.pool.query(
    'SELECT entity_id, x, y, z, vx, mass, activity, anchored FROM entity_physics_state WHERE world_id = $1 ORDER BY 1',
    [worldId],
  )
  const expected = Array.from({ length: bodies.count }, (_, body) => ({
    entity_id: idString(bodies.ids, body),
    ...{ x: bodies.x[body], y: bodies.y[body], z: bodies.z[body], vx: bodies.vx[body] },
    ...{ mass: bodies.mass[body], activity: bodies.activity[body], anchored: (bodies.flags[body] & 1) === 1 },
  }))
  expect(rows).toEqual(expected.sort((a, b) => (a.entity_id < b.entity_id ? -1 : 1)))
}

it('is taken over within 10 s of a crash, with the times that it has by default', async () => {
  const first = await start()
  const { worldId } = await physics.send('w', [
    put('a', [0, 0, 0], { activity: 1 }),
    put('b', [5, 0, 0], { activity: 1 }),
  ])
  await until('it ticks', async () => (await lastTick(worldId)) > 3)
  await start()
  first.signal('SIGKILL')
  await first.exited
  const tick = await lastTick(worldId)
  await until('another ticks on', async () => (await lastTick(worldId)) > tick, 10_000)
  const ticks = await loggedTicks(worldId)
  expect(ticks.map(({ tick }) => tick)).toEqual(ticks.map((_, index) => index))
})
