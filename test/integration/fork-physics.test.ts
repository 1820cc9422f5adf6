import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { CheckpointRef } from '#physics/checkpoint-key'
import { listCheckpoints, readCheckpoint } from '#physics/checkpoint-store'
import type { PhysicsConfig } from '#physics/config'
import { replayTicks } from '#physics/replay-ticks'
import type { PhysicsService } from '#physics/service'
import type { Simulation } from '#physics/simulation'
import { stateHash } from '#physics/state-hash'
import type { PhysicsStatus } from '#physics/status'
import { readTicks } from '#physics/tick-log'
import { drive } from '#platform/arrays/drive'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { Command } from '#world/commands'
import { startTestApi, type TestApi } from '../support/api.ts'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  parent,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
let api: TestApi
let objects: ObjectStore

/** Of the world 'w', which every test may fork and none changes: its state after some ticks. */
let root: { worldId: string; moments: PhysicsStatus[] }

beforeAll(async () => {
  physics = await createPhysicsHarness()
  api = await startTestApi(physics.database.url('orrery_app'))
  objects = filesystemObjectStore(physics.objectsDir)
  const service = await start()
  root = await played('w', 4)
  await service.stop()
})
afterAll(async () => {
  await api?.stop()
  await physics?.close()
})

const services: PhysicsService[] = []
afterEach(async () => {
  for (const service of services.splice(0)) await service.stop()
})

const get = async (path: string) => {
  const { status, body } = await api.call('GET', path)
  expect(status, `${path}: ${JSON.stringify(body)}`).toBe(200)
  return body
}

const fork = async (world: string, name: string, more: object = {}) => {
  const { status, body } = await api.call('POST', '/admin/fork', { world, name, ...more })
  expect(status, JSON.stringify(body)).toBe(200)
  return body.world
}

const start = async (
  overrides: Partial<PhysicsConfig> = {},
  log: (line: string) => void = () => {},
): Promise<PhysicsService> => {
  const service = await physics.start({ tickHashShare: 1, renewEveryMs: 250, ...overrides }, { log })
  services.push(service)
  return service
}

const settled = (worldId: string, seq: number): Promise<PhysicsStatus> =>
  until(`world at seq ${seq}`, async () => {
    const status = await physics.status(worldId)
    return status?.seq === seq ? status : undefined
  })

const step = async (worldId: string, ticks: number): Promise<PhysicsStatus> =>
  (await physics.ask<PhysicsStatus>(worldId, `physics/step?ticks=${ticks}`, 'POST'))!.body

/** A cluster that is drawn together, with jitter and a hierarchy; it moves only when it is stepped. */
const beginning: Command[] = [
  physicsSettings({ paused: true, entanglement: 0.5, seed: 7 }),
  ...Array.from({ length: 60 }, (_, at) =>
    put(`body ${at}`, [(at * 7) % 31, (at * 11) % 37, (at * 5) % 29], {
      ...{ activity: (at % 5) / 2, mass: 1 + (at % 3), jitter: at % 4 === 0 ? 0.25 : 0 },
    }),
  ),
  parent('body 1', 'body 2', 2),
  parent('body 1', 'body 3'),
]

/** A world that has been stepped for 50 ticks a round, with events in between. */
const played = async (name: string, rounds: number) => {
  const made = await physics.send(name, beginning)
  await settled(made.worldId, made.seq)
  const moments: PhysicsStatus[] = []
  for (let round = 0; round < rounds; round++) {
    moments.push(await step(made.worldId, 50))
    const { seq } = await physics.send(name, [
      put(`late ${round}`, [round, -3, 4], { activity: 1 }),
      { kind: 'set-parameter', entityId: 'body 4', name: 'activity', value: 1 + round },
    ])
    await settled(made.worldId, seq)
  }
  return { worldId: made.worldId, moments }
}

const hashOf = ({ bodies, tick, seq, gamma }: Simulation): Promise<string> =>
  drive(stateHash(bodies, tick, seq, gamma))

/** The state of a world after a tick: its newest checkpoint up to then and the ticks since. */
const rebuilt = async (worldId: string, tick: number): Promise<Simulation> => {
  const ref = (await listCheckpoints(objects, worldId)).findLast((one) => one.tick <= tick)!
  const simulation = (await readCheckpoint(objects, ref))!
  await replayTicks({ pool: physics.pool, objects }, simulation, { toTick: tick })
  expect(simulation.tick).toBe(tick)
  return simulation
}

const firstCheckpoint = (worldId: string): Promise<CheckpointRef> =>
  until('a checkpoint', async () => (await listCheckpoints(objects, worldId))[0])

const held = (worldId: string): Promise<PhysicsStatus> => until('it is held', () => physics.status(worldId))

describe('the bodies of a fork', () => {
  it('are those of its parent after the fork’s tick, bit by bit, and go on by themselves', async () => {
    await start()
    const { worldId, moments } = root
    const then = moments[2]!
    const made = await fork('w', 'f', { atSeq: then.seq })
    expect(made.parent).toMatchObject({ worldId, seq: then.seq, tick: then.tick })
    const before = await held(worldId)

    await held(made.worldId)
    const base = await firstCheckpoint(made.worldId)
    expect(base).toMatchObject({ tick: then.tick, seq: then.seq, stateHash: then.stateHash })
    expect(await hashOf(await rebuilt(worldId, then.tick))).toBe(then.stateHash)

    // its first own tick takes up what made it a fork
    const first = await settled(made.worldId, then.seq + 1)
    expect(first.tick).toBe(then.tick + 1)
    await step(made.worldId, 40)
    expect((await get(`/worlds/f/physics?tick=${then.tick - 10}`)).worldId).toBe(worldId)
    expect(await get(`/worlds/f/physics?tick=${then.tick}`)).toMatchObject({
      ...{ worldId: made.worldId, stateHash: then.stateHash },
    })
    expect((await physics.status(worldId))!.stateHash).toBe(before.stateHash)
  })

  it('with the same events are the same in every fork, and not those of other events', async () => {
    const service = await start()
    const { seq, tick } = root.moments[3]!
    const names = ['one', 'two', 'other']
    const ids: string[] = []
    for (const name of names) {
      const made = await fork('w', name, { atSeq: seq })
      ids.push(made.worldId)
      await held(made.worldId)
      await settled(made.worldId, seq + 1)
      await step(made.worldId, 30)
      const x = name === 'other' ? 41 : 40
      const outcome = await physics.write(name, [
        { kind: 'move-entity', entityId: 'body 8', position: [x, 0, 0] },
        put('new', [1, 1, 1], { activity: 3 }),
      ])
      await physics.deliver(made.worldId, seq + 2, outcome.seq)
      await settled(made.worldId, outcome.seq)
      await step(made.worldId, 70)
    }
    await service.stop()
    const hashes = await Promise.all(
      ids.map(async (id) =>
        (await readTicks(physics.pool, id, tick)).map(({ tick, toSeq, stateHash }) => [
          ...[tick, toSeq, stateHash],
        ]),
      ),
    )
    expect(hashes[0]!.length).toBeGreaterThan(100)
    expect(hashes[1]).toEqual(hashes[0])
    expect(hashes[2]!.slice(0, 31)).toEqual(hashes[0]!.slice(0, 31))
    expect(hashes[2]!.at(-1)).not.toEqual(hashes[0]!.at(-1))

    // and come out so again on a machine that has only the checkpoint and the logs
    const again = (await readCheckpoint(objects, await firstCheckpoint(ids[0]!)))!
    await replayTicks({ pool: physics.pool, objects }, again, {
      onTick: async ({ tick, stateHash }) => expect([tick, await hashOf(again)]).toEqual([tick, stateHash]),
    })
    expect(again.tick).toBe(hashes[0]!.at(-1)![0])
  })

  it('of a fork of a fork, that has ticked or not, are those of whoever ticked last', async () => {
    const { worldId, moments } = root
    const { seq, tick, stateHash } = moments[1]!
    const [child, grandchild] = [await fork('w', 'child', { atSeq: seq }), await fork('child', 'grandchild')]
    // at a seq of the fork's own log, and no tick has taken it up: both go on from the root's tick
    expect(grandchild.parent).toMatchObject({ worldId: child.worldId, seq: seq + 1, tick })
    await start()
    for (const { worldId } of [grandchild, child]) {
      await held(worldId)
      expect(await firstCheckpoint(worldId)).toMatchObject({ tick, stateHash })
    }
    const ticked = await settled(child.worldId, seq + 1)
    const later = await step(child.worldId, 25)
    const own = await fork('child', 'own')
    expect(own.parent).toMatchObject({ worldId: child.worldId, seq: seq + 1, tick: ticked.tick + 25 })
    await held(own.worldId)
    expect(await firstCheckpoint(own.worldId)).toMatchObject({ tick: later.tick, stateHash: later.stateHash })
    // before the fork's beginning it is the root that is forked
    const early = await fork('own', 'early', { atSeq: moments[0]!.seq })
    expect(early.parent).toMatchObject({ worldId, tick: moments[0]!.tick })
    await held(early.worldId)
    expect(await firstCheckpoint(early.worldId)).toMatchObject({ stateHash: moments[0]!.stateHash })
  })

  it('at the head, while the parent ticks, go on from the last tick that is durable', async () => {
    await start()
    const { worldId, seq } = await physics.send('running', [
      ...beginning.slice(1),
      physicsSettings({ ticksPerSecond: 200, seed: 7 }),
    ])
    await until('it ticks', async () => ((await physics.status(worldId))?.tick ?? 0) > 50)
    const made = await fork('running', 'running on')
    expect(made.parent).toMatchObject({ worldId, seq })
    expect(made.parent.tick).toBeGreaterThan(50)
    const own = await until('the fork ticks', async () => {
      const status = await physics.status(made.worldId)
      return status !== undefined && status.tick > made.parent.tick + 20 ? status : undefined
    })
    expect(own.seq).toBe(seq + 1)
    const base = await firstCheckpoint(made.worldId)
    expect(base.tick).toBe(made.parent.tick)
    expect(base.stateHash).toBe(await hashOf(await rebuilt(worldId, made.parent.tick)))
    expect((await physics.status(worldId))!.tick).toBeGreaterThan(made.parent.tick)
  })
})

describe('ramps', () => {
  it('that are under way go on in the fork, and it counts as active until they have ended', async () => {
    const service = await start()
    const { worldId } = await physics.send('ramps', [
      physicsSettings({ paused: true }),
      put('a', [0, 0, 0], { activity: 8 }),
      put('b', [3, 0, 0], { activity: 0 }),
    ])
    await held(worldId)
    const ramp = await api.call('POST', '/entity/a/command?world=ramps', {
      ...{ cmd: 'setActivity', params: { value: 0, rampTicks: 20 } },
    })
    expect(ramp.status).toBe(200)
    const { seq } = ramp.body
    await physics.deliver(worldId, seq, seq)
    await settled(worldId, seq)
    const { tick } = await step(worldId, 5)
    await service.stop()
    const made = await fork('ramps', 'ramps on')
    expect(made.parent).toMatchObject({ seq, tick })
    const resumed = await physics.write('ramps on', [physicsSettings({ paused: false })])
    const isActive = async () =>
      (await physics.pool.query('SELECT FROM active_worlds WHERE world_id = $1', [made.worldId])).rowCount ===
      1
    expect(await isActive()).toBe(true)

    // the holder of worlds that move alone takes it, since a ramp is under way
    await start({ demandQueueUrl: physics.demandQueueUrl })
    await until('its ramp has ended', async () => !(await isActive()))
    const { rows } = await physics.pool.query(
      'SELECT tick, to_seq AS seq FROM tick_log WHERE world_id = $1 ORDER BY tick',
      [made.worldId],
    )
    expect(rows.at(-1)!.seq).toBe(resumed.seq)
    const activityAt = async (at: number) => {
      const { bodies } = await rebuilt(made.worldId, at)
      return bodies.activity[0]!
    }
    const left = await activityAt(tick)
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(8)
    expect(await activityAt(rows.at(-1)!.tick)).toBe(0)
  })
})

describe('what a fork needs of its parent', () => {
  const sparing = { checkpointsKept: 1, checkpointsHourly: 0, checkpointEveryMs: 30 }

  const ticksOf = async (worldId: string) =>
    (await readTicks(physics.pool, worldId, -1)).map(({ tick }) => tick)

  it('is kept though newer checkpoints would let it go, and what lies after it goes', async () => {
    const service = await start()
    const { worldId, moments } = await played('pinned', 3)
    const { seq, tick, stateHash } = moments[1]!
    await service.stop()
    const made = await fork('pinned', 'pinning', { atSeq: seq })
    await start(sparing)
    await held(worldId)
    const from = await until('later ticks are forgotten', async () => {
      await step(worldId, 10)
      const ticks = await ticksOf(worldId)
      return ticks.includes(tick + 1) ? undefined : ticks
    })
    expect(from.filter((one) => one <= tick)).toEqual(Array.from({ length: tick + 1 }, (_, at) => at))
    const refs = await listCheckpoints(objects, worldId)
    expect(refs.some((ref) => ref.tick <= tick)).toBe(true)
    expect(refs.filter((ref) => ref.tick > tick)).not.toHaveLength(0)
    await held(made.worldId)
    expect(await firstCheckpoint(made.worldId)).toMatchObject({ tick, stateHash })
    // what lies between cannot be forked with its bodies in motion any more, and the answer says so
    const late = await fork('pinned', 'late', { atSeq: moments[2]!.seq })
    expect(late.parent.tick).toBe(null)
  })

  it('and is gone: the fork’s bodies are where their rows say, and its past has none', async () => {
    const lines: string[] = []
    const service = await start()
    const { worldId, moments } = await played('lost', 2)
    const { seq, tick } = moments[1]!
    await service.stop()
    const made = await fork('lost', 'without', { atSeq: seq })
    for (const { key } of await listCheckpoints(objects, worldId)) await objects.delete(key)
    await start({}, (line) => lines.push(line))
    const status = await held(made.worldId)
    expect(lines.join('\n')).toContain(
      `world ${made.worldId} was forked at tick ${tick} of world ${worldId}, which cannot be rebuilt`,
    )
    expect(status.bodies).toBe((await get('/worlds/without')).entityCount)
    // a body that was written last keeps its place
    const positions = await physics.positions(made.worldId)
    expect(positions['body 5']).toEqual([4, 18, 25])
  })

  it('is pruned of a fork’s own: no fork goes back to a tick that is older than its seq', async () => {
    const child = await fork('w', 'sparing')
    await start(sparing)
    await held(child.worldId)
    const outcome = await physics.write('sparing', [put('x', [0, 0, 0])])
    await physics.deliver(child.worldId, child.seq + 1, outcome.seq)
    await settled(child.worldId, outcome.seq)
    await until('the first ticks of the fork are forgotten', async () => {
      await step(child.worldId, 10)
      return (await ticksOf(child.worldId))[0]! > child.parent.tick + 1
    })
    // its tick was of its beginning, which is not how its bodies were when its first own event came
    expect((await fork('sparing', 'too late', { atSeq: child.seq })).parent.tick).toBe(null)
  })
})
