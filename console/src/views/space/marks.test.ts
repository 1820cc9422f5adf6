import fc from 'fast-check'
import { expect, it } from 'vitest'
import { seqAt, timeAt } from './marks.ts'

const moments = [
  { seq: 1, at: '2026-01-01T00:00:00.000Z' },
  { seq: 101, at: '2026-01-01T00:00:10.000Z' },
  { seq: 201, at: '2026-01-02T00:00:00.000Z' },
]

it('lies between the moments that are known', () => {
  expect(timeAt(moments, 51)).toBe('2026-01-01T00:00:05.000Z')
  expect([0, 1, 201, 999].map((seq) => timeAt(moments, seq))).toEqual([
    ...[moments[0]!.at, moments[0]!.at, moments[2]!.at, moments[2]!.at],
  ])
  expect(seqAt(moments, '2026-01-01T00:00:05.000Z')).toBe(51)
  expect([seqAt(moments, '2020-01-01T00:00:00Z'), seqAt(moments, '2030-01-01T00:00:00Z')]).toEqual([1, 201])
  expect([seqAt([], '2026-01-01T00:00:00Z'), timeAt([], 3)]).toEqual([0, ''])
})

it('leads from a seq to its time and back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 201 }), (seq) => {
      expect(Math.abs(seqAt(moments, timeAt(moments, seq)) - seq)).toBeLessThanOrEqual(1)
    }),
  )
})
