import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drive } from '#platform/arrays/drive'
import type { WorldEvent } from '#world/event'
import {
  committed,
  created,
  deleted,
  emptySimulation,
  settings,
  tick,
} from '../../test/support/physics-events.ts'
import { findBody } from './bodies.ts'
import { cutCheckpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { copySimulation } from './copy-simulation.ts'
import type { Simulation } from './simulation.ts'
import { stateHash } from './state-hash.ts'

const alone = { gravity: 0, dampingPerSecond: 0, dtSeconds: 1 }

const world = (coupling: number, ...events: WorldEvent[]): Simulation => {
  const simulation = emptySimulation()
  tick(simulation, [settings({ ...alone, gammaCoupling: coupling }), ...events])
  return simulation
}

const velocityOf = ({ bodies }: Simulation, id: string): number[] => {
  const body = findBody(bodies, id)
  return [bodies.vx[body], bodies.vy[body], bodies.vz[body]]
}

const hashOf = ({ bodies, tick, seq, gamma }: Simulation): Promise<string> =>
  drive(stateHash(bodies, tick, seq, gamma))

const active = { activity: 1, mass: 3 }

describe('the pull of gamma', () => {
  it('is κ times the difference of weight over twice the side, on each axis', () => {
    const weights = {
      ...{ '0:1:0:0': 6, '0:-1:0:0': 2, '0:0:1:0': 1, '0:0:-1:0': 4, '0:0:0:0': 100, '0:0:0:1': 8 },
      ...{ '0:2:0:0': 100, '0:1:1:0': 100 },
    }
    const simulation = world(0.125, committed(1, 1, weights), created('a', [0.5, 0.5, 0.5], active))
    // half a kick where it was, half where it has come to: (0.125 · [4, −3, 8] ÷ 2 ÷ 2) keeps it in its cell
    expect(velocityOf(simulation, 'a')).toEqual([0.25, -0.1875, 0.5])
  })

  it('counts by the side of the cells', () => {
    const cell = (exponent: number) => ({
      ...settings({ gammaCoupling: 0.125 }),
      data: {
        changes: [
          { entityId: '', field: 'physics.gammaCoupling', newValue: 0.125 },
          { entityId: '', field: 'ledger.layers', newValue: [{ name: 'atomic', cell: exponent }] },
        ],
      },
    })
    const pullAt = (exponent: number): number => {
      const event = cell(exponent) as WorldEvent
      const weights = { [`${exponent}:1:0:0`]: 6 }
      return velocityOf(
        world(0, event, committed(1, 1, weights), created('a', [0.1, 0.1, 0.1], active)),
        'a',
      )[0]!
    }
    expect(pullAt(3)).toBe(0.125 * 6 * 2 ** -4)
    expect(pullAt(-1)).toBe(0.75)
    expect(pullAt(0)).toBe(0.375)
  })

  it('is as strong the other way, for the other sign and for the mirrored weights', () => {
    const at = (coupling: number, weights: Record<string, number>) =>
      velocityOf(world(coupling, committed(1, 1, weights), created('a', [0.5, 0.5, 0.5], active)), 'a')[0]!
    expect(at(-0.125, { '0:1:0:0': 2 })).toBe(-at(0.125, { '0:1:0:0': 2 }))
    expect(at(0.125, { '0:-1:0:0': 2 })).toBe(-at(0.125, { '0:1:0:0': 2 }))
    expect(at(0.125, { '0:-1:0:0': 2, '0:1:0:0': 2 })).toBe(0)
  })

  it('moves neither inert bodies nor anchored ones, and nobody where the coupling is 0 or the layer one cell', () => {
    const bodies = [
      created('inert', [0.5, 0.5, 0.5]),
      created('fixed', [0.5, 0.5, 0.5], { ...active, anchored: true }),
      created('free', [0.5, 0.5, 0.5], active),
    ]
    const weights = { '0:1:0:0': 6, '*': 3 }
    const pulled = world(0.25, committed(1, 1, { '0:1:0:0': 6 }), ...bodies)
    expect(['inert', 'fixed', 'free'].map((id) => velocityOf(pulled, id)[0])).toEqual([0, 0, 0.75])
    const off = world(0, committed(1, 1, weights), ...bodies)
    expect(velocityOf(off, 'free')).toEqual([0, 0, 0])
    expect(off.gamma).toBeUndefined()
  })

  it('acts by what was committed since the coupling was switched on', () => {
    const simulation = world(0, committed(1, 1, { '0:1:0:0': 6 }), created('a', [0.5, 0.5, 0.5], active))
    tick(simulation, [settings({ gammaCoupling: 0.125 })])
    expect(velocityOf(simulation, 'a')).toEqual([0, 0, 0])
    tick(simulation, [committed(2, 2, { '0:-1:0:0': 1 })])
    expect(velocityOf(simulation, 'a')[0]).toBe(-0.0625)
    tick(simulation, [settings({ gammaCoupling: 0 })])
    expect(simulation.gamma).toBeUndefined()
  })
})

describe('a world with a gamma', () => {
  const someWeights = fc.dictionary(
    fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -4, max: 4 }))).map((cell) => `0:${cell.join(':')}`),
    fc.double({ min: 0, max: 50, noNaN: true }),
    { maxKeys: 30 },
  )
  const place = fc.double({ min: -4, max: 4, noNaN: true, noDefaultInfinity: true })
  const places = fc.array(fc.tuple(place, place, place), { minLength: 1, maxLength: 20 })
  const rounds = fc.array(someWeights, { minLength: 1, maxLength: 8 })

  const born = (found: [number, number, number][]) =>
    found.map((position, index) => created(`body ${index}`, position, { ...active, jitter: 0.1 }))

  const commitOf = (weights: Record<string, number>, round: number): WorldEvent =>
    committed(2 * round + 1, 2 * round + 3, weights)

  it('goes on bit by bit after a checkpoint and in a copy', async () => {
    await fc.assert(
      fc.asyncProperty(places, rounds, fc.nat(7), async (found, weights, restartAt) => {
        const straight = world(0.5, ...born(found))
        let restarted = world(0.5, ...born(found))
        let copy = restarted
        for (const [round, of] of weights.entries()) {
          if (round === Math.min(restartAt, weights.length - 1)) {
            const { bytes, stateHash } = await encodeCheckpoint(cutCheckpoint(restarted, []))
            copy = copySimulation(restarted)
            expect(await hashOf(copy)).toBe(stateHash)
            restarted = await decodeCheckpoint(bytes, undefined, stateHash)
          }
          for (const simulation of new Set([straight, restarted, copy]))
            tick(simulation, [commitOf(of, round), deleted(`body ${round}`)])
        }
        expect(await hashOf(restarted)).toBe(await hashOf(straight))
        expect(await hashOf(copy)).toBe(await hashOf(straight))
      }),
      { numRuns: 30 },
    )
  })

  it('does not depend on the order of bodies and cells in memory', async () => {
    await fc.assert(
      fc.asyncProperty(places, rounds, async (found, weights) => {
        const run = async (reversed: boolean): Promise<string> => {
          const order = <Of>(values: Of[]): Of[] => (reversed ? values.toReversed() : values)
          const simulation = world(0.5, ...order(born(found)))
          for (const [round, of] of weights.entries())
            tick(simulation, [commitOf(Object.fromEntries(order(Object.entries(of))), round)])
          return hashOf(simulation)
        }
        expect(await run(true)).toBe(await run(false))
      }),
      { numRuns: 30 },
    )
  })
})
