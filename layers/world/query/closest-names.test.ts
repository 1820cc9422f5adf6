import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closestNames, editDistance } from './closest-names.ts'

describe('closestNames', () => {
  it('puts first what was probably meant', () => {
    const names = ['Extra', 'Health', 'Inventory', 'Location', 'Status', 'Wealth']
    expect(closestNames('Helth', names)[0]).toBe('Health')
    expect(closestNames('health', names)[0]).toBe('Health')
    expect(closestNames('Inventry', names)[0]).toBe('Inventory')
    expect(closestNames('X', names).toSorted()).toEqual(names)
  })

  it('measures a distance', () => {
    const word = fc.string({ maxLength: 12 })
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b) === 0).toBe(a === b)
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c))
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
    )
    expect(editDistance('kitten', 'sitting')).toBe(3)
  })
})
