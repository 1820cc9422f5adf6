import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drive } from '#platform/arrays/drive'
import { idString } from '#platform/arrays/id-table'
import type { WorldEvent } from '#world/event'
import { created, deleted, emptySimulation, moved, tick } from '../../test/support/physics-events.ts'
import { findNear } from './near.ts'
import type { Simulation } from './simulation.ts'
import { type BoxQuery, createSpatialQueries } from './spatial-queries.ts'
import { stateHash } from './state-hash.ts'
import { runTick } from './tick.ts'

type Position = [number, number, number]

const coordinate = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -4, max: 4, noNaN: true }))
const position = fc.tuple(coordinate, coordinate, coordinate)
/** Some move by themselves. */
const activity = fc.constantFrom(0, 0, 0, 1)
const id = fc.integer({ min: 0, max: 40 }).map((number) => `body ${number}`)

/** Events that come at once, and whether somebody asks after them. */
const changes = fc.array(
  fc.record({
    events: fc.array(
      fc.oneof(
        {
          weight: 3,
          arbitrary: fc
            .tuple(id, position, activity)
            .map(([name, at, activity]) => created(name, at, { activity })),
        },
        { weight: 2, arbitrary: fc.tuple(id, position).map(([name, at]) => moved(name, at)) },
        { weight: 2, arbitrary: id.map((name) => deleted(name)) },
      ),
      { maxLength: 12 },
    ),
    asks: fc.boolean(),
  }),
  { maxLength: 12 },
)

const placesOf = ({ bodies }: Simulation): Map<string, Position> =>
  new Map(
    Array.from({ length: bodies.count }, (_, body) => [
      idString(bodies.ids, body),
      [bodies.x[body], bodies.y[body], bodies.z[body]],
    ]),
  )

const expectNear = async (simulation: Simulation, centre: Position, limit: number): Promise<void> => {
  const squares = [...placesOf(simulation).values()]
    .map((place) => {
      const [dx, dy, dz] = place.map((p, axis) => p - centre[axis])
      return dx * dx + dy * dy + dz * dz
    })
    .sort((a, b) => a - b)
  const distances = squares.map(Math.sqrt)
  const found = await findNear(simulation, { centre, radius: undefined, limit })
  expect(found.map(({ distance }) => distance)).toEqual(distances.slice(0, limit))
  const places = placesOf(simulation)
  for (const entity of found) expect(entity.position).toEqual(places.get(entity.id))
  expect(new Set(found.map((entity) => entity.id)).size).toBe(found.length)
  const within = await findNear(simulation, { centre, radius: 2, limit: 1_000 })
  expect(within).toHaveLength(squares.filter((square) => square <= 4).length)
}

const expectBox = async (simulation: Simulation, [x, y, z]: Position): Promise<void> => {
  const { box, inside: ask } = createSpatialQueries(simulation, () => {})
  const query: BoxQuery = { min: [x, y, z], max: [x + 3, y + 3, z + 3], limit: 1_000 }
  const [{ entities }, { bodies }] = await Promise.all([box(query), ask(query)])
  const inside = [...placesOf(simulation)].filter(([, place]) =>
    place.every((p, axis) => p >= [x, y, z][axis] && p <= [x, y, z][axis] + 3),
  )
  expect(entities.map((entity) => entity.id).sort()).toEqual(inside.map(([name]) => name).sort())
  expect(new Map(bodies.map(([name, ...at]) => [name, at]))).toEqual(new Map(inside))
}

describe('questions beside a tree that is not anew', () => {
  it('see every body where it is, whatever came, went or was moved since', async () => {
    await fc.assert(
      fc.asyncProperty(changes, position, fc.integer({ min: 1, max: 50 }), async (rounds, centre, limit) => {
        const simulation = emptySimulation()
        // enough that the changes leave the tree worth keeping
        tick(
          simulation,
          Array.from({ length: 60 }, (_, k): WorldEvent => created(`first ${k}`, [k / 20, k % 3, -k / 30])),
        )
        for (const { events, asks } of [{ events: [], asks: true }, ...rounds, { events: [], asks: true }]) {
          tick(simulation, events)
          if (!asks) continue
          await expectNear(simulation, centre, limit)
          await expectBox(simulation, centre)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('do not make the tree anew for a few changes, and do for many', async () => {
    const simulation = emptySimulation()
    tick(
      simulation,
      Array.from({ length: 2_000 }, (_, k): WorldEvent => created(`body ${k}`, [k, 0, 0])),
    )
    const near = () => findNear(simulation, { centre: [0, 0, 0], radius: undefined, limit: 1 })
    await near()
    const { space } = simulation.work
    const { built } = space
    tick(simulation, [moved('body 1500', [-1, 0, 0]), deleted('body 0')])
    expect((await near())[0]).toMatchObject({ id: 'body 1500', distance: 1 })
    expect(space.built).toBe(built)
    tick(
      simulation,
      Array.from({ length: 300 }, (_, k): WorldEvent => moved(`body ${k + 1}`, [0.5, 0, 0])),
    )
    expect((await near())[0]?.distance).toBe(0.5)
    expect(space.built).not.toBe(built)
  })

  it('do not make the tree anew where the same few move in each tick', async () => {
    const simulation = emptySimulation()
    tick(
      simulation,
      Array.from(
        { length: 2_000 },
        (_, k): WorldEvent => created(`body ${k}`, [k, 0, 0], { activity: k < 9 ? 1 : 0 }),
      ),
    )
    const { inside } = createSpatialQueries(simulation, () => {})
    const all = async () => (await inside({ min: [-9, -9, -9], max: [9_999, 9, 9], limit: 5_000 })).bodies
    await all()
    const { built } = simulation.work.space
    for (let round = 0; round < 5; round++) {
      tick(simulation)
      expect(new Map((await all()).map(([name, ...at]) => [name, at]))).toEqual(placesOf(simulation))
    }
    expect(placesOf(simulation).get('body 3')).not.toEqual([3, 0, 0])
    expect(simulation.work.space.built).toBe(built)
  })

  it('wait for a tree that threads are building, whoever asked for it', async () => {
    const simulation = emptySimulation()
    const count = 30_000
    tick(
      simulation,
      Array.from(
        { length: count },
        (_, k): WorldEvent => created(`body ${k}`, [(k * 7919) % 1_000, k % 101, k % 89]),
      ),
    )
    const { near, box, regions, ray } = createSpatialQueries(simulation, () => {})
    await near({ centre: [0, 0, 0], radius: undefined, limit: 1 })
    for (let round = 0; round < 12; round++) {
      tick(simulation, [moved(`body ${round}`, [500.5, round, 0.5])])
      const places = placesOf(simulation)
      // regions need an exact tree, and have it built while the others ask
      const [exact, found, inside, hit] = await Promise.all([
        regions({ cell: 12, parent: undefined, limit: 100, after: undefined }),
        near({ centre: [500.5, round, 0.5], radius: 30, limit: 1_000 }),
        box({ min: [490, 0, 0], max: [510, 30, 30], limit: 1_000 }),
        ray({ origin: [-5, round, 0.5], direction: [1, 0, 0], radius: 0.2, maxDistance: undefined }),
      ])
      expect(exact.regions.reduce((sum, region) => sum + region.count, 0)).toBe(count)
      expect(found[0]).toMatchObject({ id: `body ${round}`, distance: 0 })
      for (const entity of [...found, ...inside.entities])
        expect(entity.position).toEqual(places.get(entity.id))
      const inBox = ([x, y, z]: Position) => x >= 490 && x <= 510 && y <= 30 && z <= 30
      expect(inside.entities).toHaveLength([...places.values()].filter(inBox).length)
      expect(hit).not.toBeNull()
    }
  })

  it('change nothing, whether all bodies are active or some, and whoever asks meanwhile', async () => {
    const stars = Array.from(
      { length: 1_500 },
      (_, k): WorldEvent => created(`star ${k}`, [(k * 7919) % 100, k % 13, k % 11], { activity: 1 }),
    )
    const rounds: WorldEvent[][] = [
      stars,
      [moved('star 3', [1, 2, 3])],
      [created('stone', [5, 5, 5])],
      [moved('stone', [6, 6, 6])],
      [deleted('stone'), deleted('star 9')],
      [created('late', [9, 9, 9], { activity: 2 })],
      [],
    ]
    const hashAfter = async (asks: boolean): Promise<string> => {
      const simulation = emptySimulation()
      const { near, regions } = createSpatialQueries(simulation, () => {})
      const ask = () =>
        Promise.all([
          regions({ cell: 5, parent: undefined, limit: 10, after: undefined }),
          near({ centre: [5, 5, 5], radius: undefined, limit: 5 }),
        ])
      for (const events of rounds) {
        const numbered = events.map((event, k) => ({ ...event, seq: simulation.seq + k + 1 }))
        const ticking = drive(runTick(simulation, numbered))
        if (asks) await ask()
        await ticking
        if (asks) await ask()
      }
      return drive(stateHash(simulation.bodies, simulation.tick, simulation.seq, simulation.gamma))
    }
    expect(await hashAfter(true)).toBe(await hashAfter(false))
  })
})
