import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BodyArrays } from './bodies.ts'
import {
  type Accelerations,
  directAccelerations,
  type FieldParameters,
  fieldAccelerations,
} from './forces.ts'
import { referenceField } from './reference.ts'
import { allOf, bodiesAt, permuted, plummerSphere, shuffledIndices, uniformCube } from './test-worlds.ts'
import { buildTree, type TreeOptions } from './tree.ts'

const parameters: FieldParameters = { gravity: 2, softeningUnits: 0.05, theta: 0.5 }

function accelerationsOf(count: number): Accelerations {
  return {
    ax: new Float64Array(count).fill(9),
    ay: new Float64Array(count).fill(9),
    az: new Float64Array(count).fill(9),
  }
}

function field(bodies: BodyArrays, by: Partial<FieldParameters> = {}, options: TreeOptions = {}) {
  const out = accelerationsOf(bodies.count)
  fieldAccelerations(buildTree(bodies, options), bodies, { ...parameters, ...by }, out)
  return out
}

function direct(bodies: BodyArrays, by: Partial<FieldParameters> = {}) {
  const out = accelerationsOf(bodies.count)
  directAccelerations(bodies, { ...parameters, ...by }, allOf(bodies), out)
  return out
}

/** Of each body, as a share of its acceleration. */
const differences = (out: Accelerations, reference: Accelerations): number[] =>
  Array.from(reference.ax, (ax, body) => {
    const [ay, az] = [reference.ay[body], reference.az[body]]
    const distance = Math.hypot(out.ax[body] - ax, out.ay[body] - ay, out.az[body] - az)
    return distance / Math.hypot(ax, ay, az)
  })

/** Root mean square of the difference over that of the reference. */
function relativeError(out: Accelerations, reference: Accelerations): number {
  let difference = 0
  let size = 0
  for (const axis of ['ax', 'ay', 'az'] as const) {
    out[axis].forEach((value, body) => {
      difference += (value - reference[axis][body]) ** 2
      size += reference[axis][body] ** 2
    })
  }
  return Math.sqrt(difference / size)
}

describe('fieldAccelerations', () => {
  it('draws two bodies together by the softened inverse-square law', () => {
    const bodies = bodiesAt([
      [1, 0, 0],
      [4, 4, 0],
    ])
    const { ax, ay, az } = field(bodies)
    const pull = (2 * bodies.activity[0] * bodies.activity[1] * bodies.mass[1]) / (25 + 0.0025) ** 1.5
    expect(ax[0]).toBeCloseTo(3 * pull, 14)
    expect(ay[0]).toBeCloseTo(4 * pull, 14)
    expect(az[0]).toBe(0)
    expect(ax[1] / ax[0]).toBeCloseTo(-bodies.mass[0] / bodies.mass[1], 12)
  })

  it('comes closer to the direct sum as theta falls', () => {
    const bodies = plummerSphere(3_000)
    const reference = direct(bodies)
    const errors = [1, 0.7, 0.5, 0.3, 0].map((theta) => relativeError(field(bodies, { theta }), reference))
    expect(errors).toEqual([...errors].sort((a, b) => b - a))
    const bounds = [1e-2, 4e-3, 2e-3, 4e-4, 1e-13]
    errors.forEach((error, index) => {
      expect(error).toBeLessThan(bounds[index])
    })
  })

  it.each([1, 4, 64])('holds its error with leaves of %d bodies around the origin', (leafBodies) => {
    const bodies = uniformCube(2_000, -3, 7)
    expect(relativeError(field(bodies, {}, { leafBodies }), direct(bodies))).toBeLessThan(8e-3)
  })

  it('never lets a body act on itself, however wide theta is', () => {
    const bodies = uniformCube(300, -1, 2)
    expect(relativeError(field(bodies, { theta: 5 }), direct(bodies))).toBeLessThan(0.7)
    const pair = bodiesAt([
      [0.1, 0.1, 0.1],
      [0.9, 0.9, 0.9],
    ])
    expect(relativeError(field(pair, { theta: 100 }), direct(pair))).toBeLessThan(1e-15)
  })

  it('nearly conserves momentum', () => {
    const bodies = plummerSphere(3_000)
    for (const [theta, bound] of [
      [0.5, 2e-3],
      [0, 1e-12],
    ] as const) {
      const { ax, ay, az } = field(bodies, { theta })
      const total = [0, 0, 0]
      let size = 0
      for (let body = 0; body < bodies.count; body++) {
        const force = [ax, ay, az].map((axis) => axis[body] * bodies.mass[body])
        force.forEach((part, axis) => {
          total[axis] += part
        })
        size += Math.hypot(...force)
      }
      expect(Math.hypot(...total) / size).toBeLessThan(bound)
    }
  })

  it.each([
    ['a Plummer sphere', plummerSphere(800, 3), 0.05],
    ['a cube around the origin, without softening', uniformCube(800, -1, 2, 4), 0],
  ])(
    'computes what the reference does in double precision: %s',
    (_, bodies, softeningUnits) => {
      for (const theta of [0.4, 0.8]) {
        const by = { ...parameters, softeningUnits, theta }
        const reference = referenceField(buildTree(bodies), bodies, by)
        // single precision may judge a cell the other way that is just about far: those bodies differ by its error
        const differ = differences(field(bodies, by), reference).filter((difference) => difference > 1e-5)
        expect(differ.length).toBeLessThan(bodies.count / 20)
        expect(relativeError(reference, direct(bodies, by))).toBeGreaterThan(1e-5)
      }
      // the reference takes seconds on a core of its own, and more than a minute where the tests have to share one
    },
    240_000,
  )

  it('mirrors and scales with its input', () => {
    const bodies = plummerSphere(900)
    const { ax, ay, az } = field(bodies)
    const mirrored = { ...bodies, x: bodies.x.map((x) => -x), z: bodies.z.map((z) => -z) }
    expect(relativeError(field(mirrored), { ax: ax.map((a) => -a), ay, az: az.map((a) => -a) })).toBeLessThan(
      1e-3,
    )
    // powers of two change no digit
    const small = {
      ...bodies,
      x: bodies.x.map((x) => x / 1_024),
      y: bodies.y.map((y) => y / 1_024),
      z: bodies.z.map((z) => z / 1_024),
    }
    const scaled = field(small, { softeningUnits: 0.05 / 1_024 })
    expect(
      relativeError(scaled, {
        ax: ax.map((a) => a * 2 ** 20),
        ay: ay.map((a) => a * 2 ** 20),
        az: az.map((a) => a * 2 ** 20),
      }),
    ).toBeLessThan(1e-6)
  })

  it('is bit for bit the same for every order of the input', () => {
    const single = plummerSphere(700)
    const bodies = permuted(
      single,
      Uint32Array.from({ length: 900 }, (_, k) => k % 700),
    )
    bodies.count = 900
    const expected = field(bodies, {}, { compareIds: (i, j) => i - j })
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const permutation = shuffledIndices(900, seed)
        const out = field(
          permuted(bodies, permutation),
          {},
          { compareIds: (i, j) => permutation[i] - permutation[j] },
        )
        for (const axis of ['ax', 'ay', 'az'] as const) {
          expect(out[axis]).toEqual(Float64Array.from(permutation, (body) => expected[axis][body]))
        }
      }),
      { numRuns: 20 },
    )
  })

  it.each([0, 0.5])('takes coincident bodies as one point without softening, theta %d', (theta) => {
    const pile = Array.from({ length: 2_000 }, () => [1, 1, 1] as const)
    const bodies = bodiesAt([...pile, [3, 1, 1]], { mass: 1, activity: 1 })
    const { ax, ay } = field(bodies, { theta, softeningUnits: 0 })
    expect(ax[2_000]).toBe((2 * -2 * 2_000) / 8)
    expect([ax[0], ay[0]]).toEqual([2 / 4, 0])
    expect(direct(bodies, { softeningUnits: 0 }).ax[0]).toBe(2 / 4)
  })

  it('gives finite forces where coincident bodies share a leaf with others', () => {
    const bodies = bodiesAt([
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1 + 1e-12],
      [1.5, 1, 1],
    ])
    const out = field(bodies, { softeningUnits: 0, theta: 0 })
    expect(relativeError(out, direct(bodies, { softeningUnits: 0 }))).toBeLessThan(1e-14)
  })

  it('lets a body of activity 0 neither exert nor feel', () => {
    const bodies = uniformCube(100, -1, 2)
    bodies.activity.fill(0, 0, 60)
    const { ax } = field(bodies)
    expect([...ax.subarray(0, 60)].every((value) => Object.is(value, 0))).toBe(true)
    const active = permuted(
      bodies,
      Uint32Array.from({ length: 40 }, (_, k) => 60 + k),
    )
    active.count = 40
    const alone = direct(active)
    alone.ax.forEach((value, k) => {
      expect(Math.abs(ax[60 + k] / value - 1)).toBeLessThan(0.05)
    })
    bodies.activity.fill(0)
    expect(field(bodies).ax.every((value) => value === 0)).toBe(true)
  })

  it('reaches an outlier at 2^39 from a dense cluster', () => {
    const bodies = uniformCube(500, 7, 1e-9)
    bodies.x[100] = 2 ** 39
    const out = field(bodies, { softeningUnits: 0 })
    expect(relativeError(out, direct(bodies, { softeningUnits: 0 }))).toBeLessThan(1e-2)
    expect(out.ax[100]).toBeLessThan(0)
  })

  it('takes a million bodies in one cell beside an outlier at 2^39', () => {
    const bodies = uniformCube(1_000_000, 7, 1e-9)
    bodies.x[100] = 2 ** 39
    const targets = { count: 4, indices: Uint32Array.of(0, 100, 250_000, 999_999) }
    const reference = accelerationsOf(bodies.count)
    directAccelerations(bodies, { ...parameters, softeningUnits: 0 }, targets, reference)
    const out = field(bodies, { softeningUnits: 0 })
    const errors = differences(out, reference)
    for (const body of targets.indices) expect(errors[body]).toBeLessThan(1e-2)
  })

  it('sums over bodies on the faces of cells, on both sides of the origin', () => {
    const side = [-2, -1, 0, 1, 2]
    const bodies = bodiesAt(side.flatMap((x) => side.flatMap((y) => side.map((z) => [x, y, z] as const))))
    expect(relativeError(field(bodies), direct(bodies))).toBeLessThan(2e-3)
  })

  it('takes worlds of no body and of one', () => {
    expect(field(bodiesAt([])).ax).toHaveLength(0)
    expect(field(bodiesAt([[1, 2, 3]])).ax[0]).toBe(0)
  })

  it('refuses parameters and weights that are not good', () => {
    const bodies = uniformCube(20, 0, 1)
    expect(() => field(bodies, { gravity: Number.NaN })).toThrow(/^gravity must/)
    expect(() => field(bodies, { softeningUnits: -1 })).toThrow(/^softeningUnits must/)
    expect(() => field(bodies, { theta: Number.POSITIVE_INFINITY })).toThrow(/^theta must/)
    const targets = { count: 1, indices: Uint32Array.of(20) }
    expect(() => directAccelerations(bodies, parameters, targets, accelerationsOf(20))).toThrow(/^targets/)
    bodies.mass[4] = -1
    expect(() => field(bodies)).toThrow(/body 4/)
  })
})
