import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PhysicsStatus } from '#physics/status'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  parent,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness

beforeEach(async () => {
  physics = await createPhysicsHarness()
})
afterEach(() => physics?.close())

/** The world's state once all events up to `seq` are in it. */
const settled = (worldId: string, seq: number): Promise<PhysicsStatus> =>
  until(`world at seq ${seq}`, async () => {
    const status = await physics.status(worldId)
    return status?.seq === seq ? status : undefined
  })

const rows = async (worldId: string) =>
  (
    await physics.pool.query<{ entity_id: string; x: number; y: number; z: number; tick: number }>(
      'SELECT entity_id, x, y, z, tick FROM entity_physics_state WHERE world_id = $1 ORDER BY entity_id',
      [worldId],
    )
  ).rows

const changesOfBodies = [
  put('moved', [1, 1, 1]),
  put('gone', [2, 2, 2]),
  put('again', [3, 3, 3]),
  put('heavy', [4, 4, 4], { mass: 5 }),
]

describe('hydration', () => {
  it('from rows and log gives what following the log gives', async () => {
    const script = async (world: string) => {
      await physics.write(world, [
        physicsSettings({ defaultActivity: 0.25, paused: true }),
        ...changesOfBodies,
      ])
      await physics.write(world, [{ kind: 'delete-entity', entityId: 'gone' }, put('moved', [10, 0, 0])])
      await physics.write(world, [{ kind: 'delete-entity', entityId: 'again' }, parent('heavy', 'moved', 2)])
      await physics.write(world, [physicsSettings({ defaultActivity: 0.5 }), put('again', [7, 7, 7])])
      return physics.write(world, [
        { kind: 'set-parameter', entityId: 'heavy', name: 'mass', value: 9 },
        { kind: 'move-entity', entityId: 'heavy', position: [-4, 0, 0] },
      ])
    }
    const late = await script('late')
    await physics.start()
    const { worldId } = await physics
      .write('early', [])
      .then(() => physics.send('early', [physicsSettings({ paused: true })]))
    await until('early is held', () => physics.status(worldId))
    const early = await script('early')
    await physics.deliver(worldId, 2, early.seq)
    const followed = await settled(worldId, early.seq)
    const hydrated = await settled(late.worldId, late.seq)
    expect(hydrated).toMatchObject({ bodies: 3, active: 3, paused: true, lagEvents: 0 })
    expect(followed).toMatchObject({ bodies: 3, active: 3, paused: true, lagEvents: 0 })
    expect(await physics.positions(late.worldId)).toEqual({
      again: [7, 7, 7],
      heavy: [-4, 0, 0],
      moved: [10, 0, 0],
    })
    expect(await physics.positions(worldId)).toEqual(await physics.positions(late.worldId))
    // masses, activities and edges: the same forces make the same steps
    await Promise.all([worldId, late.worldId].map((id) => physics.ask(id, 'physics/step?ticks=20', 'POST')))
    expect(await physics.positions(worldId)).toEqual(await physics.positions(late.worldId))
    expect((await physics.positions(worldId)).moved).not.toEqual([10, 0, 0])
  })

  it('from a checkpoint goes on bit by bit', async () => {
    const first = await physics.start()
    const { worldId, seq } = await physics.send('w', [
      physicsSettings({ paused: true }),
      put('a', [0, 0, 0], { activity: 1 }),
      put('b', [5, 0, 0], { activity: 1, jitter: 0.5 }),
    ])
    await settled(worldId, seq)
    await physics.ask(worldId, 'physics/step?ticks=50', 'POST')
    const before = (await physics.status(worldId))!
    await first.stop()
    await physics.start()
    const after = await settled(worldId, seq)
    expect(after).toMatchObject({
      tick: before.tick,
      stateHash: before.stateHash,
      leaseToken: before.leaseToken + 1,
    })
  })

  it('takes an older checkpoint where the newest is damaged, and runs its ticks again', async () => {
    const first = await physics.start({ checkpointsKept: 10 })
    const { worldId, seq } = await physics.send('w', [
      physicsSettings({ paused: true }),
      put('a', [0, 0, 0], { activity: 1 }),
      put('b', [5, 0, 0], { activity: 1 }),
    ])
    await settled(worldId, seq)
    await physics.ask(worldId, 'physics/step?ticks=30', 'POST')
    const before = (await physics.status(worldId))!
    await first.stop()
    const folder = join(physics.objectsDir, 'checkpoints', worldId)
    const newest = join(folder, readdirSync(folder).sort().at(-1)!)
    const bytes = readFileSync(newest)
    bytes[bytes.length >> 1] ^= 255
    writeFileSync(newest, bytes)
    const warnings: string[] = []
    await physics.start({}, { log: (line) => warnings.push(line) })
    const after = await settled(worldId, seq)
    expect(after).toMatchObject({ tick: before.tick, stateHash: before.stateHash })
    expect(warnings.join('\n')).toContain('cannot be read')
  })

  it('without any checkpoint goes on after the last tick from the rows', async () => {
    const first = await physics.start()
    const { worldId, seq } = await physics.send('w', [
      physicsSettings({ paused: true }),
      put('a', [0, 0, 0], { activity: 1 }),
      put('b', [5, 0, 0], { activity: 1 }),
    ])
    await settled(worldId, seq)
    await physics.send('w', [put('a', [1, 0, 0], { activity: 1 })])
    await settled(worldId, seq + 1)
    await physics.ask(worldId, 'physics/step?ticks=30', 'POST')
    const before = await physics.positions(worldId)
    const { tick } = (await physics.status(worldId))!
    await first.stop()
    const folder = join(physics.objectsDir, 'checkpoints', worldId)
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'damaged')
    await physics.start()
    const after = await settled(worldId, seq + 1)
    expect(after.tick).toBe(tick + 1)
    // the teleport at seq + 1 is in the rows already and is not made again
    expect(await physics.positions(worldId)).toEqual(before)
  })
})

describe('following the log', () => {
  it('applies every event once, whatever the queue delivers', async () => {
    await physics.start()
    const { worldId, seq } = await physics.send('w', [put('a', [0, 0, 0]), put('b', [1, 1, 1])])
    await settled(worldId, seq)
    const second = await physics.write('w', [put('a', [2, 0, 0]), put('c', [3, 0, 0])])
    const third = await physics.write('w', [{ kind: 'delete-entity', entityId: 'b' }, put('a', [4, 0, 0])])
    await physics.deliver(worldId, third.seq, third.seq)
    await physics.deliver(worldId, seq + 1, second.seq)
    await physics.deliver(worldId, 1, third.seq)
    await physics.slots[0].send({ body: 'nonsense', groupId: 'x', deduplicationId: 'x' })
    await settled(worldId, third.seq)
    expect(await physics.positions(worldId)).toEqual({ a: [4, 0, 0], c: [3, 0, 0] })
    await until('rows', async () => (await rows(worldId)).map(({ x }) => x).join() === '4,3')
  })

  it('reads from the log what no queue ever brings', async () => {
    await physics.start()
    const { worldId, seq } = await physics.send('w', [put('a', [0, 0, 0])])
    await settled(worldId, seq)
    const silent = await physics.write('w', [put('a', [9, 9, 9])])
    await settled(worldId, silent.seq)
    expect(await physics.positions(worldId)).toEqual({ a: [9, 9, 9] })
  })

  it('writes states back with their tick, and removes the rows of what is gone', async () => {
    await physics.start()
    const { worldId } = await physics.send('w', [
      put('a', [0, 0, 0], { activity: 1 }),
      put('b', [5, 0, 0], { activity: 1 }),
      put('inert', [7, 7, 7]),
    ])
    await until('a row that a later tick wrote', async () => {
      const [a, , inert] = await rows(worldId)
      return a.tick > 5 && a.x > 0 && inert.tick === 0
    })
    await physics.send('w', [{ kind: 'delete-entity', entityId: 'a' }])
    await until('its row is gone', async () => (await rows(worldId)).length === 2)
    await physics.send('w', [put('a', [1, 2, 3])])
    await until('its row is back', async () => (await rows(worldId))[0].z === 3)
  })
})

describe('a running world', () => {
  it('pauses, steps and resumes by settings and its API', async () => {
    await physics.start()
    const { worldId } = await physics.send('w', [
      put('a', [0, 0, 0], { activity: 1 }),
      put('b', [5, 0, 0], { activity: 1 }),
    ])
    const running = await until('it ticks', async () => {
      const status = await physics.status(worldId)
      return status !== undefined && status.tick > 3 ? status : undefined
    })
    expect(running).toMatchObject({ bodies: 2, active: 2, paused: false })
    expect((await physics.ask(worldId, 'physics/step', 'POST'))?.status).toBe(409)
    const { seq } = await physics.send('w', [physicsSettings({ paused: true })])
    const paused = await settled(worldId, seq)
    const stepped = await physics.ask<PhysicsStatus>(worldId, 'physics/step?ticks=7', 'POST')
    expect(stepped?.body).toMatchObject({ tick: paused.tick + 7, paused: true })
    const logged = await physics.pool.query('SELECT max(tick) AS tick FROM tick_log WHERE world_id = $1', [
      worldId,
    ])
    expect(logged.rows[0].tick).toBe(paused.tick + 7)
    await physics.send('w', [physicsSettings({ paused: false, ticksPerSecond: 200 })])
    await until('it ticks fast', async () => (await physics.status(worldId))!.ticksPerSecond > 20)
  })

  it('answers what is near, and refuses what it cannot answer', async () => {
    await physics.start()
    const { worldId, seq } = await physics.send('w', [
      put('far', [100, 0, 0]),
      put('near', [1, 0, 0], { activity: 0 }),
      put('here', [0, 0, 0]),
    ])
    await settled(worldId, seq)
    expect((await physics.ask(worldId, 'near?x=0&y=0&z=0&r=50'))?.body).toEqual({
      worldId,
      entities: [
        { id: 'here', position: [0, 0, 0], distance: 0, activity: 0 },
        { id: 'near', position: [1, 0, 0], distance: 1, activity: 0 },
      ],
    })
    await physics.send('w', [put('far', [0.5, 0, 0])])
    await settled(worldId, seq + 1)
    const ids = async (query: string) =>
      (await physics.ask<{ entities: { id: string }[] }>(worldId, query))!.body.entities.map(({ id }) => id)
    expect(await ids('near?x=0&y=0&z=0&k=2')).toEqual(['here', 'far'])
    expect(await ids('near?x=0&y=0&z=0&r=9&limit=1')).toEqual(['here'])
    for (const [path, field] of [
      ['near?x=0&y=0&z=0', 'query.r'],
      ['near?x=NaN&y=0&z=0&k=1', 'query.x'],
      ['near?x=0&y=0&z=2e12&k=1', 'query.z'],
      ['near?x=0&y=0&z=0&k=1001', 'query.k'],
    ]) {
      const answer = await physics.ask<{ errors: { field: string }[] }>(worldId, path)
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
    }
    expect((await physics.ask(worldId, 'physics/step?ticks=0', 'POST'))?.status).toBe(400)
    const address = await physics.pool.query('SELECT address FROM leases')
    const unknown = await fetch(
      `${address.rows[0].address}/worlds/01890000-0000-7000-8000-00000000ffff/physics`,
    )
    expect(unknown.status).toBe(404)
    expect(unknown.headers.get('content-type')).toBe('application/problem+json')
  })

  it('is given up when nothing happens in it, and taken up by the next event', async () => {
    await physics.start({ idleReleaseMs: 300, renewEveryMs: 200 })
    const { worldId, seq } = await physics.send('w', [put('a', [0, 0, 0])])
    await settled(worldId, seq)
    const active = await physics.send('stays', [put('a', [0, 0, 0], { activity: 1 })])
    const holders = async () =>
      (await physics.pool.query('SELECT world_id FROM leases WHERE holder IS NOT NULL')).rows.map(
        ({ world_id }) => world_id,
      )
    await until('only the active world is held', async () => {
      const held = await holders()
      return held.length === 1 && held[0] === active.worldId
    })
    const next = await physics.send('w', [put('a', [6, 6, 6])])
    const status = await settled(worldId, next.seq)
    expect(status.leaseToken).toBe(2)
    expect(await physics.positions(worldId)).toEqual({ a: [6, 6, 6] })
  })
})
