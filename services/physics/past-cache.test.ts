import { expect, it } from 'vitest'
import { created, emptySimulation, tick } from '../../test/support/physics-events.ts'
import { copySimulation } from './copy-simulation.ts'
import { createPastCache } from './past-cache.ts'
import { type Simulation, simulationBytes } from './simulation.ts'

const statesOf = (ticks: number): Simulation[] => {
  const simulation = emptySimulation()
  tick(simulation, [created('a', [0, 0, 0], { activity: 1 }), created('b', [1, 2, 3], { activity: 2 })])
  return Array.from({ length: ticks }, () => {
    tick(simulation)
    return copySimulation(simulation)
  })
}

it('a copy goes on as the first would, and does not change it', () => {
  const [first] = statesOf(1) as [Simulation]
  const [one, other] = [copySimulation(first), copySimulation(first)]
  for (const state of [one, other]) for (let more = 0; more < 5; more++) tick(state)
  expect(one.bodies.x).toEqual(other.bodies.x)
  expect([first.tick, one.tick - first.tick]).toEqual([2, 5])
  expect(first.bodies.x[0]).not.toBe(one.bodies.x[0])
})

it('lets the state go that nobody has asked for longest, but never the last', () => {
  const [first, second, third] = statesOf(3) as [Simulation, Simulation, Simulation]
  const { worldId } = first
  const cache = createPastCache(2 * simulationBytes(first))
  for (const simulation of [first, second]) cache.put({ simulation, stateHash: `of ${simulation.tick}` })
  expect(cache.get(worldId, first.tick)?.stateHash).toBe(`of ${first.tick}`)
  cache.put({ simulation: third, stateHash: 'of the third' })
  expect([first, second, third].map(({ tick }) => cache.get(worldId, tick) !== undefined)).toEqual([
    ...[true, false, true],
  ])
  const small = createPastCache(1)
  for (const simulation of [first, second]) small.put({ simulation, stateHash: '' })
  expect([first, second].map(({ tick }) => small.get(worldId, tick) !== undefined)).toEqual([false, true])
})

it('the newest state before a tick is given away where two have no room, and lent where they have', () => {
  const [first, second] = statesOf(2) as [Simulation, Simulation]
  const { worldId } = first
  for (const [limit, isOwn] of [
    [1, true],
    [1e9, false],
  ] as const) {
    const cache = createPastCache(limit)
    cache.put({ simulation: second, stateHash: '' })
    expect(cache.before(worldId, first.tick)).toBeUndefined()
    expect(cache.before('another world', 99)).toBeUndefined()
    const found = cache.before(worldId, 99)!
    expect(found.simulation).toBe(second)
    expect(found.take()).toEqual({ isOwn })
    expect(cache.get(worldId, second.tick) === undefined).toBe(isOwn)
  }
})
