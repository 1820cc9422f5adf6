import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createToldNumbers } from './numbers.ts'

test('a stream is told each number once, and before it is used, in whatever order frames were numbered', () => {
  const frame = fc.record({ numbers: fc.uniqueArray(fc.nat({ max: 40 })), generation: fc.nat({ max: 1 }) })
  fc.assert(
    fc.property(fc.array(frame), fc.nat({ max: 5 }), (frames, later) => {
      const { tell } = createToldNumbers()
      let known = new Set<number>()
      let at = 0
      for (const { numbers, generation } of frames) {
        if (generation !== at) known = new Set()
        at = generation
        const column = Uint32Array.from(numbers)
        const expected = numbers.filter((number) => !known.has(number))
        const given = Math.max(-1, ...numbers) + 1 + later
        expect(tell(column, generation, given).map((row) => numbers[row])).toEqual(expected)
        for (const number of numbers) known.add(number)
      }
    }),
  )
})
