import { describe, expect, it } from 'vitest'
import { plummerSphere, uniformSource } from '#octree/test-worlds'
import { created, emptySimulation, settings, tick } from '../../test/support/physics-events.ts'
import type { Bodies } from './bodies.ts'
import type { Simulation } from './simulation.ts'

const bodyCount = 400
const softeningUnits = 0.05
const mass = 1 / bodyCount

/** A bound cluster near equilibrium, of weight 1 and scale length 1: isotropic speeds below the escape speed. */
const cluster = (dtSeconds: number, openingAngle: number): Simulation => {
  const simulation = emptySimulation()
  const { x, y, z } = plummerSphere(bodyCount, 7)
  tick(simulation, [
    settings({
      gravity: 1,
      softeningUnits,
      openingAngle,
      dtSeconds,
      dampingPerSecond: 0,
      entanglement: 0,
      paused: true,
    }),
    ...Array.from({ length: bodyCount }, (_, body) =>
      created(`star ${body}`, [x[body], y[body], z[body]], { activity: 1, mass }),
    ),
  ])
  setSpeeds(simulation.bodies)
  tick(simulation, [settings({ paused: false })])
  return simulation
}

const setSpeeds = ({ x, y, z, vx, vy, vz }: Bodies): void => {
  const random = uniformSource(11)
  for (let body = 0; body < bodyCount; body++) {
    const escapeSpeed = Math.sqrt(2 / Math.sqrt(1 + x[body] ** 2 + y[body] ** 2 + z[body] ** 2))
    const height = 2 * random() - 1
    const angle = 2 * Math.PI * random()
    const across = Math.sqrt(1 - height * height)
    vx[body] = 0.5 * escapeSpeed * across * Math.cos(angle)
    vy[body] = 0.5 * escapeSpeed * across * Math.sin(angle)
    vz[body] = 0.5 * escapeSpeed * height
  }
}

/** Kinetic and potential energy, over all pairs. */
const energyOf = ({ x, y, z, vx, vy, vz }: Bodies): number => {
  let energy = 0
  for (let i = 0; i < bodyCount; i++) {
    energy += (mass * (vx[i] ** 2 + vy[i] ** 2 + vz[i] ** 2)) / 2
    for (let j = 0; j < i; j++) {
      const square = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 + (z[i] - z[j]) ** 2
      energy -= (mass * mass) / Math.sqrt(square + softeningUnits ** 2)
    }
  }
  return energy
}

/** Size of the sum of all momenta, and the sum of their sizes. */
const momentumOf = ({ vx, vy, vz }: Bodies): { total: number; sum: number } => {
  const total = [vx, vy, vz].map((axis) => axis.subarray(0, bodyCount).reduce((sum, v) => sum + mass * v, 0))
  const sizes = Array.from(
    { length: bodyCount },
    (_, body) => mass * Math.hypot(vx[body], vy[body], vz[body]),
  )
  return { total: Math.hypot(...total), sum: sizes.reduce((sum, size) => sum + size, 0) }
}

describe('a bound cluster, undamped', () => {
  it.each([
    [0.5, 2e-3, 2e-3],
    [0, 1e-3, 1e-12],
  ])(
    'keeps its energy and momentum over 1,000 steps at opening angle %d',
    (theta, energyDrift, momentumDrift) => {
      const simulation = cluster(0.01, theta)
      const { bodies } = simulation
      const energy = energyOf(bodies)
      const momentum = momentumOf(bodies)
      for (let step = 0; step < 1_000; step++) tick(simulation)
      expect(simulation.tick).toBe(1_002)
      expect(energy).toBeLessThan(0)
      expect(Math.abs(energyOf(bodies) / energy - 1)).toBeLessThan(energyDrift)
      const drift = Math.abs(momentumOf(bodies).total - momentum.total) / momentum.sum
      expect(drift).toBeLessThan(momentumDrift)
    },
  )
})
