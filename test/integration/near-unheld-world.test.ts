import { afterEach, beforeEach, expect, it } from 'vitest'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { Command } from '#world/commands'
import { type BoxEntity, readBox } from '#world/read/box'
import { type NearEntity, readNear } from '#world/read/near'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
beforeEach(async () => {
  physics = await createPhysicsHarness()
})
afterEach(() => physics?.close())

type Place = Pick<NearEntity, 'position' | 'activity'>

const places = (entities: BoxEntity[]): Record<string, Place> =>
  Object.fromEntries(
    entities
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, position, activity }) => [id, { position, activity }]),
  )

const edge = 2 ** 40

const fromDatabase = async (worldId: string): Promise<Record<string, Place>> => {
  const app = physics.database.pool('orrery_app', 1)
  return inTenantTransaction(app, 'local', async (client) => {
    const near = places(await readNear(client, worldId, [0, 0, 0], null, 1_000))
    const corners = [[-edge, -edge, -edge] as const, [edge, edge, edge] as const] as const
    expect(places(await readBox(client, worldId, ...corners, 1_000))).toEqual(near)
    return near
  })
}

const fromPhysics = async (worldId: string): Promise<Record<string, Place>> =>
  places((await physics.ask<{ entities: NearEntity[] }>(worldId, 'near?x=0&y=0&z=0&k=1000'))!.body.entities)

const settled = (worldId: string, seq: number) =>
  until(`world at seq ${seq}`, async () => (await physics.status(worldId))?.seq === seq)

it('PostgreSQL answers what the physics would, whatever was written since it wrote last', async () => {
  const first = await physics.start()
  const { worldId } = await physics.send('w', [
    physicsSettings({ ticksPerSecond: 100, defaultActivity: 0.5 }),
    ...['drifts', 'renamed', 'put back', 'moved back'].map((id, index) => put(id, [index * 3, 0, 0])),
    ...['stone', 'gone', 'made again', 'wakes'].map((id, index) => put(id, [index, 5, 0], { activity: 0 })),
  ])
  await until('it ticks', async () => ((await physics.status(worldId))?.tick ?? 0) > 30)
  const { seq } = await physics.send('w', [physicsSettings({ paused: true })])
  await settled(worldId, seq)
  const before = await fromPhysics(worldId)
  expect(before.drifts!.position).not.toEqual([0, 0, 0])
  await first.stop()
  expect(await fromDatabase(worldId)).toEqual(before)

  const since: Command[] = [
    put('stone', [-7, 1, 2], { activity: 0 }),
    { kind: 'set-parameter', entityId: 'renamed', name: 'colour', value: 'red' },
    // the same position as was last written: the body stays where it drifted to
    put('put back', [6, 0, 0], { note: 'here' }),
    // a move is an event even so
    { kind: 'move-entity', entityId: 'moved back', position: [9, 0, 0] },
    { kind: 'delete-entity', entityId: 'gone' },
    { kind: 'delete-entity', entityId: 'made again' },
    put('made again', [20, 20, 20]),
    { kind: 'set-parameter', entityId: 'wakes', name: 'activity', value: 3 },
    put('new', [1, 2, 3], { activity: 2 }),
  ]
  const written = await physics.write('w', since)
  const answered = await fromDatabase(worldId)
  expect(answered).toMatchObject({
    ...{ drifts: before.drifts, renamed: before.renamed, 'put back': before['put back'] },
    'moved back': { position: [9, 0, 0], activity: 0.5 },
    'made again': { position: [20, 20, 20], activity: 0.5 },
    stone: { position: [-7, 1, 2], activity: 0 },
    wakes: { position: [3, 5, 0], activity: 3 },
    new: { position: [1, 2, 3], activity: 2 },
  })
  await physics.start()
  await settled(worldId, written.seq)
  expect(await fromPhysics(worldId)).toEqual(answered)
})

it('PostgreSQL answers what was written while the physics has yet to write it back', async () => {
  const first = await physics.start({ writeBackMs: 3_600_000, leaseTtlMs: 1_000, leaseMarginMs: 300 })
  const { worldId } = await physics.send('w', [put('a', [1, 0, 0]), put('b', [2, 0, 0])])
  const { seq } = await physics.send('w', [put('a', [8, 8, 8])])
  await settled(worldId, seq)
  expect(await fromDatabase(worldId)).toEqual({
    a: { position: [8, 8, 8], activity: 0 },
    b: { position: [2, 0, 0], activity: 0 },
  })
  await first.stop()
})
