import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { applyEvent } from '#physics/apply'
import { flag } from '#physics/bodies'
import { hydrate } from '#physics/hydrate'
import { acquireLease } from '#physics/lease'
import { type RestContext, tickAtRest } from '#physics/rest-tick'
import type { Simulation } from '#physics/simulation'
import { stateHash } from '#physics/state-hash'
import { runTick } from '#physics/tick'
import { readTicks } from '#physics/tick-log'
import { drive } from '#platform/arrays/drive'
import { idString } from '#platform/arrays/id-table'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { readEvents } from '#relay/read-events'
import type { Command } from '#world/commands'
import { emptySimulation } from '../support/physics-events.ts'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'

// Ticks of worlds that nobody holds, functions/sync, on a real PostgreSQL

let physics: PhysicsHarness
let context: RestContext
beforeAll(async () => {
  physics = await createPhysicsHarness()
  context = { pool: physics.pool, holder: 'sync', now: () => new Date('2026-01-01') }
})
afterAll(() => physics?.close())

const id = fc.constantFrom('a', 'b', 'c', 'd')
const coordinate = fc.integer({ min: -9, max: 9 })
const position = fc.tuple(coordinate, coordinate, coordinate)
const trait = fc.constantFrom('mass', 'jitter', 'anchored', 'activity', 'colour')

/** What may be written; of an activity that is not 0 the physics would have to tick. */
const command: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ id, position, mass: fc.integer({ min: 1, max: 9 }) })
    .map(({ id, position, mass }) => put(id, position, { mass })),
  fc.record({ id, position }).map(({ id, position }) => put(id, position)),
  fc.record({ kind: fc.constant('move-entity' as const), entityId: id, position }),
  fc.record({ kind: fc.constant('delete-entity' as const), entityId: id }),
  fc
    .record({
      kind: fc.constant('set-parameter' as const),
      entityId: id,
      name: trait,
      value: fc.integer({ min: 1, max: 5 }),
    })
    .map((command) =>
      command.name === 'activity' ? { ...command, value: 0 } : command,
    ) as fc.Arbitrary<Command>,
  fc.integer({ min: 1, max: 9 }).map((defaultMass) => physicsSettings({ defaultMass })),
)
/** Writes, some of which are refused and change nothing, and where the world is ticked. */
const steps = fc.array(
  fc.oneof({ weight: 3, arbitrary: command }, { weight: 1, arbitrary: fc.constant('tick' as const) }),
  {
    ...{ minLength: 5, maxLength: 25 },
  },
)

/** The whole world after the ticks of its log, from nothing. */
const undisturbed = async (worldId: string): Promise<Simulation> => {
  const simulation = emptySimulation()
  const events = await readEvents(physics.pool, worldId, 0, 1_000)
  for (const { toSeq } of await readTicks(physics.pool, worldId, 0))
    await drive(
      runTick(
        simulation,
        events.filter(({ seq }) => seq > simulation.seq && seq <= toSeq),
      ),
    )
  for (const event of events.filter(({ seq }) => seq > simulation.seq)) applyEvent(simulation, event)
  return simulation
}

const hashOf = ({ bodies }: Simulation): Promise<string> => drive(stateHash(bodies, 1, 1, undefined))

const rowsOf = async (worldId: string): Promise<unknown[]> =>
  (
    await physics.pool.query(
      'SELECT entity_id AS id, x, y, z, vx, mass, activity, jitter, anchored FROM entity_physics_state WHERE world_id = $1 ORDER BY 1',
      [worldId],
    )
  ).rows

const bodiesOf = ({ bodies }: Simulation): unknown[] =>
  Array.from({ length: bodies.count }, (_, at) => ({
    ...{ id: idString(bodies.ids, at), x: bodies.x[at], y: bodies.y[at], z: bodies.z[at], vx: bodies.vx[at] },
    ...{ mass: bodies.mass[at], activity: bodies.activity[at], jitter: bodies.jitter[at] },
    anchored: (bodies.flags[at] & flag.anchored) !== 0,
  })).toSorted((a, b) => (a.id < b.id ? -1 : 1))

let worlds = 0

it('whoever takes the world after ticks at rest has what its log comes to, whatever was written between', async () => {
  const objects = filesystemObjectStore(physics.objectsDir)
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const world = `at-rest-${++worlds}`
      const { worldId } = await physics.write(world, [put('first', [1, 2, 3])])
      for (const step of sequence) {
        if (step === 'tick') await tickAtRest(context, worldId)
        else await physics.write(world, [step]).catch(() => {})
      }
      const hydrated = await hydrate(
        { pool: physics.pool, objects, warn: () => {} },
        { worldId, tenantId: 'local' },
      )
      expect(await hashOf(hydrated.simulation)).toBe(await hashOf(await undisturbed(worldId)))
      await tickAtRest(context, worldId)
      expect(await rowsOf(worldId)).toEqual(bodiesOf(await undisturbed(worldId)))
    }),
    { numRuns: 40 },
  )
})

it('of many calls at once one makes the tick, and it is there whole', async () => {
  const { worldId, seq } = await physics.write('many', [put('a', [0, 0, 0]), put('b', [1, 1, 1])])
  const made = await Promise.all(Array.from({ length: 8 }, () => tickAtRest(context, worldId)))
  const [tick, ...others] = made.filter((one) => one !== undefined)
  expect(others).toEqual([])
  expect(tick!.stored).toMatchObject({
    tick: 1,
    firstTick: 1,
    afterSeq: 0,
    seq,
    timestamp: '2026-01-01T00:00:00.000Z',
  })
  expect(await readTicks(physics.pool, worldId, 0)).toEqual([{ tick: 1, toSeq: seq, stateHash: null }])
  const { rows } = await physics.pool.query('SELECT holder FROM leases WHERE world_id = $1', [worldId])
  expect(rows).toEqual([{ holder: null }])
})

it('leaves alone what somebody holds, or did and crashed, and what moves', async () => {
  const held = await physics.write('held', [put('a', [0, 0, 0])])
  const holder = { id: 'task', slot: 0, address: 'http://127.0.0.1:9', ttlMs: 1 }
  await acquireLease(physics.pool, held.worldId, holder)
  expect(await tickAtRest(context, held.worldId)).toBeUndefined()
  const moving = await physics.write('moves', [put('a', [0, 0, 0], { activity: 1 })])
  expect(await tickAtRest(context, moving.worldId)).toBeUndefined()
  for (const { worldId } of [held, moving]) expect(await readTicks(physics.pool, worldId, 0)).toEqual([])
})
