import fc from 'fast-check'
import { expect, it } from 'vitest'
import { normalise } from '../embedder.ts'
import { codeHeaderBytes, codeOf, mayBeNearest } from './code.ts'

const vector = (dimensions: number) =>
  fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: dimensions, maxLength: dimensions })
    .map((values) => normalise(Float32Array.from(values)))

const product = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0)

it('keeps the product with any vector within its bound', () => {
  fc.assert(
    fc.property(vector(21), vector(21), (query, other) => {
      const code = codeOf(other)
      const view = new DataView(code.buffer)
      const [scale, error] = [view.getFloat32(0, true), view.getFloat32(4, true)]
      const rough = Float32Array.from(new Int8Array(code.buffer, codeHeaderBytes), (value) => value * scale)
      expect(Math.abs(product(query, other) - product(query, rough))).toBeLessThanOrEqual(error + 1e-6)
      // a bound that says nothing would be kept as well
      expect(error).toBeLessThan((scale / 2) * Math.sqrt(21) + 1e-5)
    }),
  )
})

it('leaves out none of the nearest, whatever the vectors, and not much else that is far', () => {
  fc.assert(
    fc.property(
      vector(16),
      fc.array(vector(16), { maxLength: 200 }),
      fc.integer({ min: 1, max: 30 }),
      (query, rows, count) => {
        const places = mayBeNearest(query, Buffer.concat(rows.map(codeOf)), count)
        const scores = rows.map((row) => product(query, row))
        const last = scores.toSorted((a, b) => b - a)[count - 1] ?? Number.NEGATIVE_INFINITY
        const found = new Set(places)
        for (const [row, score] of scores.entries()) {
          if (score >= last) expect(found.has(row)).toBe(true)
          // four errors of at most half a 127th in each of 16 numbers
          if (score < last - 0.07) expect(found.has(row)).toBe(false)
        }
      },
    ),
  )
})

it('begins wherever its bytes do, and has zeros for zeros', () => {
  const codes = Buffer.concat([
    Uint8Array.of(1),
    codeOf(new Float32Array(3)),
    codeOf(Float32Array.of(0, 1, 0)),
  ])
  expect(mayBeNearest(Float32Array.of(0, 1, 0), codes.subarray(1), 1)).toEqual([1])
  expect(mayBeNearest(Float32Array.of(0, -1, 0), codes.subarray(1), 1)).toEqual([0])
})
