import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { regionName } from '#octree/region'
import { quantaPerUnit } from './quanta.ts'
import { type ExchangeRule, exchangeHeat, maxActivityQuanta, type WarmBodies } from './thermal.ts'

interface Body {
  id: string
  at: [number, number, number]
  quanta: number
}

const columns = (bodies: readonly Body[]): WarmBodies => ({
  ids: bodies.map(({ id }) => id),
  x: bodies.map(({ at }) => at[0]),
  y: bodies.map(({ at }) => at[1]),
  z: bodies.map(({ at }) => at[2]),
  quanta: bodies.map(({ quanta }) => quanta),
})

const byId = (bodies: readonly Body[], rule: ExchangeRule): Record<string, number> => {
  const changes = exchangeHeat(columns(bodies), rule)
  return Object.fromEntries(bodies.map(({ id }, index) => [id, changes[index]! + 0]))
}

const exchanged = (bodies: readonly Body[], rule: ExchangeRule): Body[] => {
  const changes = exchangeHeat(columns(bodies), rule)
  return bodies.map((body, index) => ({ ...body, quanta: body.quanta + changes[index]! }))
}

const regionSums = (bodies: readonly Body[], cell: number): Map<string, bigint> => {
  const sums = new Map<string, bigint>()
  for (const { at, quanta } of bodies) {
    const region = regionName(...at, cell)
    sums.set(region, (sums.get(region) ?? 0n) + BigInt(quanta))
  }
  return sums
}

const total = (bodies: readonly Body[]): bigint =>
  bodies.reduce((sum, { quanta }) => sum + BigInt(quanta), 0n)

const largest = (sums: Map<string, bigint>): bigint =>
  [...sums.values()].reduce((most, sum) => (sum > most ? sum : most), 0n)

const coordinate = fc.integer({ min: -4, max: 3 }).map((cell) => cell + 0.375)
const quanta = fc.oneof(
  fc.integer({ min: 1, max: 30 }),
  fc.integer({ min: 1, max: 2 ** 30 }),
  fc.integer({ min: maxActivityQuanta - 100, max: maxActivityQuanta }),
)
const layouts = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 8 }),
    at: fc.tuple(coordinate, coordinate, coordinate),
    quanta,
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 60 },
)
const rules = fc.record({
  cell: fc.constantFrom(0, 1),
  diffusion: fc.oneof(fc.constantFrom(1 / 6, 0.1, 2 ** -40), fc.double({ min: 0, max: 1 / 6, noNaN: true })),
  conserves: fc.boolean(),
})

const rule = { cell: 0, diffusion: 0.125, conserves: true }
const at = (x: number, id: string, quanta: number): Body => ({ id, at: [x + 0.5, 0.5, 0.5], quanta })

describe('an exchange', () => {
  it('moves a share of the difference over each face, dealt in proportion', () => {
    const bodies = [at(0, 'a', 300), at(0, 'b', 100), at(1, 'c', 80), at(2, 'd', 8), at(9, 'e', 1_000)]
    // a and b: 400 to 80 are 40; c to d: 72 are 9
    expect(byId(bodies, rule)).toEqual({ a: -30, b: -10, c: 31, d: 9, e: 0 })
  })

  it('rounds along the order of the ids', () => {
    const bodies = [at(0, 'c', 7), at(0, 'a', 7), at(0, 'b', 7), at(1, 'z', 1)]
    expect(byId(bodies, { ...rule, diffusion: 0.1 })).toEqual({ a: 0, b: -1, c: -1, z: 2 })
  })

  it('loses to regions without a body where it does not conserve', () => {
    expect(byId([at(0, 'a', 800)], rule)).toEqual({ a: 0 })
    expect(byId([at(0, 'a', 800)], { ...rule, conserves: false })).toEqual({ a: -600 })
    const pair = [at(0, 'a', 800), at(1, 'b', 400)]
    expect(byId(pair, { ...rule, conserves: false })).toEqual({ a: -500 - 50, b: -250 + 50 })
  })

  it('lets nothing flow over edges and corners', () => {
    const corner = { id: 'b', at: [1.5, 1.5, 0.5] as [number, number, number], quanta: 8 }
    expect(byId([at(0, 'a', 800), corner], rule)).toEqual({ a: 0, b: 0 })
  })

  it('gives nothing to a body that would have more than there may be', () => {
    const crowd = Array.from({ length: 4 }, (_, index) => at(0, `hot ${index}`, maxActivityQuanta))
    const changes = byId(
      [...crowd, at(1, 'full', maxActivityQuanta - 5), at(-1, 'cool', quantaPerUnit)],
      rule,
    )
    expect(changes.full).toBe(0)
    expect(changes.cool).toBeGreaterThan(0)
    expect(Object.values(changes).reduce((sum, change) => sum + change, 0)).toBe(0)
  })
})

describe('for any layout', () => {
  it('the sum stays where it conserves, and never grows', () => {
    fc.assert(
      fc.property(layouts, rules, (bodies, rule) => {
        const then = total(exchanged(bodies, rule))
        if (rule.conserves) expect(then).toBe(total(bodies))
        else expect(then).toBeLessThanOrEqual(total(bodies))
      }),
    )
  })

  it('no activity leaves its bounds, and the largest region does not grow', () => {
    fc.assert(
      fc.property(layouts, rules, (bodies, rule) => {
        const then = exchanged(bodies, rule)
        for (const { quanta } of then) {
          expect(quanta).toBeGreaterThanOrEqual(0)
          expect(quanta).toBeLessThanOrEqual(maxActivityQuanta)
          expect(Number.isSafeInteger(quanta)).toBe(true)
        }
        expect(largest(regionSums(then, rule.cell))).toBeLessThanOrEqual(
          largest(regionSums(bodies, rule.cell)),
        )
      }),
    )
  })

  it('the order of the bodies does not count, nor where in the world they are', () => {
    const shift = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -(2 ** 30), max: 2 ** 30 })))
    fc.assert(
      fc.property(layouts, rules, fc.infiniteStream(fc.nat()), shift, (bodies, rule, keys, by) => {
        const shuffled = bodies
          .map((body) => ({ key: keys.next().value!, body }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ body }) => body)
        const moved = bodies.map((body) => ({
          ...body,
          at: body.at.map((value, axis) => value + by[axis]! * 2 ** rule.cell) as Body['at'],
        }))
        expect(byId(shuffled, rule)).toEqual(byId(bodies, rule))
        expect(byId(moved, rule)).toEqual(byId(bodies, rule))
      }),
    )
  })
})

it('leaves a uniform field as it is', () => {
  const cells = fc.uniqueArray(fc.tuple(coordinate, coordinate, coordinate), {
    selector: String,
    maxLength: 40,
  })
  fc.assert(
    fc.property(cells, quanta, rules, (places, each, rule) => {
      const bodies = places.map((at, index) => ({ id: `body ${index}`, at, quanta: each }))
      const changes = exchangeHeat(columns(bodies), { ...rule, cell: 0, conserves: true })
      expect([...changes].every((change) => change === 0)).toBe(true)
    }),
  )
})

it('evens out, over many exchanges', () => {
  let bodies = [at(0, 'a', 1_000_000), at(1, 'b', 1), at(2, 'c', 1)]
  for (let more = 0; more < 200; more++) bodies = exchanged(bodies, { ...rule, diffusion: 1 / 6 })
  const [a, b, c] = bodies.map(({ quanta }) => quanta) as [number, number, number]
  expect(a + b + c).toBe(1_000_002)
  // less than six quanta of difference do not flow
  expect(Math.max(a, b, c) - Math.min(a, b, c)).toBeLessThan(13)
})
