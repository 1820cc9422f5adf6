import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WorldEvent } from '#world/event'
import {
  child,
  created,
  deleted,
  emptySimulation,
  moved,
  orphaned,
  ramped,
  settings,
  tick,
  updated,
} from '../../test/support/physics-events.ts'
import { type Bodies, findBody } from './bodies.ts'
import type { Simulation } from './simulation.ts'
import { stateHash } from './state-hash.ts'
import { isActive } from './tick.ts'

const hashOf = ({ bodies, gamma, tick, seq }: Simulation): string => {
  for (const work = stateHash(bodies, tick, seq, gamma); ; ) {
    const { done, value } = work.next()
    if (done) return value
  }
}

const positionOf = (bodies: Bodies, id: string): number[] => {
  const body = findBody(bodies, id)
  return [bodies.x[body], bodies.y[body], bodies.z[body]]
}

const velocityOf = (bodies: Bodies, id: string): number[] => {
  const body = findBody(bodies, id)
  return [bodies.vx[body], bodies.vy[body], bodies.vz[body]]
}

const world = (...events: WorldEvent[]): Simulation => {
  const simulation = emptySimulation()
  tick(simulation, events)
  return simulation
}

const ticks = (simulation: Simulation, count: number): Simulation => {
  for (let done = 0; done < count; done++) tick(simulation)
  return simulation
}

describe('a step', () => {
  it('draws two active bodies together, symmetrically', () => {
    const { bodies } = ticks(
      world(created('a', [-5, 0, 0], { activity: 1 }), created('b', [5, 0, 0], { activity: 1 })),
      10,
    )
    expect(positionOf(bodies, 'a')[0]).toBeGreaterThan(-5)
    expect(positionOf(bodies, 'a')[0]).toBe(-positionOf(bodies, 'b')[0])
  })

  it('follows the leapfrog by hand for one tick', () => {
    const simulation = world(
      settings({ dampingPerSecond: 1, dtSeconds: 0.5, softeningUnits: 0, openingAngle: 0 }),
      created('sun', [0, 0, 0], { activity: 1, mass: 8, anchored: true }),
      created('dot', [4, 0, 0], { activity: 1 }),
    )
    const halfKick = (8 / 16) * 0.25
    const x = 4 - halfKick * 0.5
    const v = (-halfKick - (8 / (x * x)) * 0.25) * 0.5
    expect(positionOf(simulation.bodies, 'dot')[0]).toBeCloseTo(x, 12)
    expect(velocityOf(simulation.bodies, 'dot')[0]).toBeCloseTo(v, 12)
    expect(positionOf(simulation.bodies, 'sun')).toEqual([0, 0, 0])
  })

  it('leaves inert bodies where they are, and others as if they were not there', () => {
    const active = [created('a', [0, 1, 2], { activity: 1 }), created('b', [3, 0, 0], { activity: 2 })]
    const alone = ticks(world(...active), 20)
    const beside = ticks(world(...active, created('inert', [0.5, 0.5, 0.5], { mass: 1e9 })), 20)
    expect(positionOf(beside.bodies, 'inert')).toEqual([0.5, 0.5, 0.5])
    for (const id of ['a', 'b']) {
      const [at, expected] = [positionOf(beside.bodies, id), positionOf(alone.bodies, id)]
      for (const axis of [0, 1, 2]) expect(at[axis]).toBeCloseTo(expected[axis], 9)
    }
  })

  it('draws the members of a motif to their weighted centre, wherever the parent is', () => {
    const simulation = world(
      settings({ gravity: 0, entanglement: 5, dampingPerSecond: 1 }),
      created('parent', [100, 100, 100], { activity: 1 }),
      created('a', [0, 0, 0], { activity: 1 }),
      created('b', [8, 0, 0], { activity: 1 }),
      child('parent', 'a', 3),
      child('parent', 'b', 1),
    )
    ticks(simulation, 2_000)
    // k·w·a/m draws the heavier member three times as hard, so the centre itself moves towards the lighter
    const [a] = positionOf(simulation.bodies, 'a')
    const [b] = positionOf(simulation.bodies, 'b')
    expect(Math.abs(a - b)).toBeLessThan(0.01)
    expect(a).toBeGreaterThan(0)
    expect(a).toBeLessThan(8)
    expect(positionOf(simulation.bodies, 'parent')).toEqual([100, 100, 100])
  })

  it('lets an edge take part only while both of its ends exist', () => {
    const simulation = world(
      settings({ gravity: 0, entanglement: 5 }),
      child('parent', 'a'),
      child('parent', 'b'),
      created('a', [0, 0, 0], { activity: 1 }),
      created('b', [8, 0, 0], { activity: 1 }),
    )
    expect(positionOf(simulation.bodies, 'a')).toEqual([0, 0, 0])
    tick(simulation, [created('parent', [0, 0, 0])])
    expect(positionOf(simulation.bodies, 'a')[0]).toBeGreaterThan(0)
    tick(simulation, [deleted('parent'), moved('a', [0, 0, 0])])
    expect(positionOf(simulation.bodies, 'a')).toEqual([0, 0, 0])
    tick(simulation, [created('parent', [0, 0, 0]), orphaned('parent', 'b')])
    // its own centre draws it nowhere
    expect(positionOf(simulation.bodies, 'a')).toEqual([0, 0, 0])
  })

  it('stops at the border of the world', () => {
    const limit = 2 ** 40
    const simulation = world(
      settings({ gravity: -1e12, dtSeconds: 3_600, softeningUnits: 0 }),
      created('a', [limit - 1, 0, 0], { activity: 1e9 }),
      created('b', [limit - 2, 0, 0], { activity: 1e9 }),
    )
    ticks(simulation, 5)
    for (const id of ['a', 'b']) {
      for (const coordinate of positionOf(simulation.bodies, id)) {
        expect(Math.abs(coordinate)).toBeLessThan(limit)
      }
      for (const speed of velocityOf(simulation.bodies, id)) expect(Number.isFinite(speed)).toBe(true)
    }
    expect(positionOf(simulation.bodies, 'a')[0]).toBe(limit - 2 ** -13)
  })

  it('shakes by the seed, the tick and the id', () => {
    const shaken = (seed: number, id: string): number[] => {
      const { bodies } = world(
        settings({ seed, gravity: 0 }),
        created(id, [0, 0, 0], { activity: 1, jitter: 4 }),
      )
      return positionOf(bodies, id)
    }
    expect(shaken(1, 'a')).toEqual(shaken(1, 'a'))
    expect(shaken(1, 'a')).not.toEqual(shaken(2, 'a'))
    expect(shaken(1, 'a')).not.toEqual(shaken(1, 'b'))
    // dt²/2 · 4 with dt = 0.1
    for (const offset of shaken(1, 'a')) expect(Math.abs(offset)).toBeLessThanOrEqual(0.02)
  })
})

describe('a tick', () => {
  it('moves a body where it was written, with its velocity, and stops it there by `move`', () => {
    const simulation = ticks(
      world(
        created('a', [-5, 0, 0], { activity: 1 }),
        created('b', [5, 0, 0], { activity: 1 }),
        settings({ paused: false }),
      ),
      3,
    )
    const before = velocityOf(simulation.bodies, 'a')
    tick(simulation, [settings({ paused: true }), updated('a', { field: 'position', newValue: [1, 2, 3] })])
    expect(positionOf(simulation.bodies, 'a')).toEqual([1, 2, 3])
    expect(velocityOf(simulation.bodies, 'a')).toEqual(before)
    tick(simulation, [moved('a', [4, 5, 6])])
    expect(positionOf(simulation.bodies, 'a')).toEqual([4, 5, 6])
    expect(velocityOf(simulation.bodies, 'a')).toEqual([0, 0, 0])
  })

  it('takes traits from parameters, and the default where one is removed', () => {
    const simulation = world(settings({ paused: true, defaultActivity: 0.5 }), created('a', [0, 0, 0]))
    const activity = () => simulation.bodies.activity[findBody(simulation.bodies, 'a')]
    expect(activity()).toBe(0.5)
    tick(simulation, [updated('a', { field: 'parameters.activity', newValue: 2 })])
    expect(activity()).toBe(2)
    tick(simulation, [updated('a', { field: 'parameters.activity', newValue: 'much' })])
    expect(activity()).toBe(0.5)
    tick(simulation, [updated('a', { field: 'parameters.activity', newValue: 0 })])
    expect(simulation.bodies.active).toBe(0)
    tick(simulation, [updated('a', { field: 'parameters.activity', oldValue: 0 })])
    expect(activity()).toBe(0.5)
  })

  it('of a paused world is a step only without events', () => {
    const simulation = world(
      settings({ paused: true }),
      created('a', [-5, 0, 0], { activity: 1 }),
      created('b', [5, 0, 0], { activity: 1 }),
    )
    expect(positionOf(simulation.bodies, 'a')).toEqual([-5, 0, 0])
    tick(simulation)
    expect(positionOf(simulation.bodies, 'a')).not.toEqual([-5, 0, 0])
    expect(simulation.tick).toBe(2)
  })

  it('takes a body that is created again as new', () => {
    const simulation = ticks(
      world(created('a', [-5, 0, 0], { activity: 1 }), created('b', [5, 0, 0], { activity: 1 })),
      5,
    )
    tick(simulation, [settings({ paused: true }), deleted('a'), created('a', [7, 7, 7])])
    expect(positionOf(simulation.bodies, 'a')).toEqual([7, 7, 7])
    expect(velocityOf(simulation.bodies, 'a')).toEqual([0, 0, 0])
    expect(simulation.removed.size).toBe(0)
  })
})

describe('a ramp', () => {
  const activityOf = ({ bodies }: Simulation, id: string) => bodies.activity[findBody(bodies, id)]
  const path = (simulation: Simulation, count: number): number[] =>
    Array.from({ length: count }, () => activityOf(ticks(simulation, 1), 'a'))

  it('goes to its value by equal steps, the last one exactly on it', () => {
    const simulation = world(created('a', [0, 0, 0], { activity: 1 }))
    tick(simulation, [ramped('a', 3, 4)])
    expect([activityOf(simulation, 'a'), ...path(simulation, 4)]).toEqual([1.5, 2, 2.5, 3, 3])
    tick(simulation, [ramped('a', 0.1, 3)])
    expect(path(simulation, 2).at(-1)).toBe(0.1)
    expect(simulation.bodies.ramps.size).toBe(0)
  })

  it('wakes a world in which nothing is active, and lets it rest at its end', () => {
    const simulation = world(created('a', [0, 0, 0]))
    expect(isActive(simulation)).toBe(false)
    tick(simulation, [ramped('a', 1, 2)])
    expect(activityOf(simulation, 'a')).toBe(0.5)
    expect(path(simulation, 1)).toEqual([1])
    tick(simulation, [ramped('a', 0, 2)])
    expect(isActive(simulation)).toBe(true)
    expect(path(simulation, 1)).toEqual([0])
    expect([isActive(simulation), simulation.bodies.active]).toEqual([false, 0])
  })

  it('waits while the world is paused, and goes on with each step', () => {
    const simulation = world(settings({ paused: true }), created('a', [0, 0, 0], { activity: 1 }))
    tick(simulation, [ramped('a', 2, 2)])
    expect(activityOf(simulation, 'a')).toBe(1)
    expect(path(simulation, 2)).toEqual([1.5, 2])
  })

  it('is replaced by whatever says what the activity is, and goes with its body', () => {
    const simulation = world(created('a', [0, 0, 0], { activity: 1 }))
    tick(simulation, [ramped('a', 5, 4)])
    tick(simulation, [ramped('a', 0, 2)])
    expect(activityOf(simulation, 'a')).toBe(1)
    tick(simulation, [updated('a', { field: 'parameters.activity', oldValue: 0, newValue: 0.25 })])
    expect(path(simulation, 2)).toEqual([0.25, 0.25])
    tick(simulation, [ramped('a', 5, 4), deleted('a')])
    expect(simulation.bodies.ramps.size).toBe(0)
    tick(simulation, [created('a', [0, 0, 0], { activity: 1 }), ramped('a', 5, 4), created('a', [1, 1, 1])])
    expect(simulation.bodies.ramps.size).toBe(0)
  })

  it('is part of what the hash names', () => {
    const short = world(settings({ paused: true }), created('a', [0, 0, 0], { activity: 1 }))
    const long = world(settings({ paused: true }), created('a', [0, 0, 0], { activity: 1 }))
    const none = world(settings({ paused: true }), created('a', [0, 0, 0], { activity: 1 }))
    tick(short, [ramped('a', 2, 5)])
    tick(long, [ramped('a', 2, 6)])
    tick(none, [ramped('a', 1, 5)])
    expect(new Set([short, long, none].map(hashOf)).size).toBe(3)
    expect(none.bodies.ramps.size).toBe(0)
  })
})

describe('determinism', () => {
  const coordinate = fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constantFrom(0, 1, -1))
  const body = fc.record({
    position: fc.tuple(coordinate, coordinate, coordinate),
    activity: fc.constantFrom(0, 0.3, 1, 5),
    mass: fc.constantFrom(1, 2.5, 1e3),
    jitter: fc.constantFrom(0, 0.1),
    anchored: fc.boolean(),
    parent: fc.option(fc.nat(20)),
  })

  it('gives bit-identical states whatever the order in which bodies came', () => {
    fc.assert(
      fc.property(
        fc.array(body, { minLength: 2, maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        (list, random) => {
          const events = list.flatMap(({ position, parent, ...parameters }, index) => [
            created(`body ${index}`, position, parameters),
            ...(parent === null || parent === index
              ? []
              : [child(`body ${parent}`, `body ${index}`, 1 + index)]),
          ])
          const shuffled = events
            .map((event) => ({ event, at: random.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ event }) => event)
          const one = ticks(world(...events), 5)
          const other = ticks(world(...shuffled), 5)
          expect(hashOf(other)).toBe(hashOf(one))
        },
      ),
    )
  })
})
