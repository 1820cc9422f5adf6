import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Position } from './facts.ts'
import { holds, type Shape } from './filter.ts'
import type { Moves } from './frame.ts'
import { movesNear } from './moves-near.ts'

const coordinate = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, min: -1e12, max: 1e12 }),
  fc.double({ noNaN: true, min: -10, max: 10 }),
)
const position = fc.tuple(coordinate, coordinate, coordinate)
const moves = fc
  .array(position, { maxLength: 300, size: 'max' })
  .map((all): Moves => new Map(all.map((one, at) => [`${at}`, one])))
const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc.tuple(position, position).map(([a, b]) => ({
    ...{
      kind: 'box' as const,
      min: a.map((value, axis) => Math.min(value, b[axis]!)) as unknown as Position,
    },
    max: a.map((value, axis) => Math.max(value, b[axis]!)) as unknown as Position,
  })),
  fc.record({
    kind: fc.constant('sphere' as const),
    centre: position,
    radius: fc.double({ min: 0, max: 20, noNaN: true }),
  }),
)

test('all that move into a shape are near to it, each once', () => {
  fc.assert(
    fc.property(moves, fc.array(shape, { minLength: 1 }), (all, shapes) => {
      for (const one of shapes) {
        const near = [...movesNear(all, one)]
        expect(new Set(near.map(([id]) => id)).size).toBe(near.length)
        expect(near.every(([id, at]) => all.get(id) === at)).toBe(true)
        const inside = (list: Iterable<[string, Position]>) =>
          [...list].filter(([, at]) => holds(one, at)).map(([id]) => id)
        expect(inside(near).sort()).toEqual(inside(all).sort())
      }
    }),
  )
})

test('of many that are spread out a small box meets few', () => {
  const all: Moves = new Map(
    Array.from({ length: 1_000 }, (_, at) => [
      `${at}`,
      [at % 10, Math.floor(at / 10) % 10, Math.floor(at / 100)],
    ]),
  )
  expect([...movesNear(all, { kind: 'box', min: [3, 3, 3], max: [4, 4, 4] })].length).toBeLessThan(30)
})
