import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { casingsOf, firstCasing, isCasing, nextCasing } from './casings.ts'

const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** As the index is walked: from the first casing to the key that follows, from that to the next casing. */
const walk = (name: string, keys: string[]): { found: string[]; steps: number } => {
  const sorted = keys.toSorted(byCodePoint)
  const casings = casingsOf(name)
  const found: string[] = []
  let steps = 0
  for (let seek: string | undefined = firstCasing(casings); seek !== undefined; steps++) {
    const from: string = seek
    const key = sorted.find((each) => byCodePoint(each, from) >= 0)
    if (key === undefined) break
    if (isCasing(casings, key)) found.push(key)
    seek = nextCasing(casings, key)
  }
  return { found, steps }
}

const letters = fc.constantFrom('a', 'A', 'b', 'B', 'é', 'É', 'ß', 'ж', 'Ж', '1', ' ', '𐐀', '𐐨', '中')
const text = fc.array(letters, { minLength: 1, maxLength: 4 }).map((each) => each.join(''))

describe('walking the keys of names', () => {
  it('finds each key that is the name in some case, and no other', () => {
    fc.assert(
      fc.property(text, fc.uniqueArray(text, { maxLength: 60 }), (name, keys) => {
        const { found, steps } = walk(name, keys)
        const same = keys.filter((key) => key.toLowerCase() === name.toLowerCase())
        expect(found).toEqual(same.toSorted(byCodePoint))
        expect(steps).toBeLessThanOrEqual(keys.length)
      }),
      { numRuns: 5_000 },
    )
  })

  it('passes over what lies between', () => {
    const keys = Array.from({ length: 10_000 }, (_, index) => `Body ${index}`)
    const { found, steps } = walk('BODY 5000', ['body 5000', ...keys])
    expect(found).toEqual(['Body 5000', 'body 5000'])
    expect(steps).toBeLessThan(20)
  })

  it('compares as many characters as the key has', () => {
    const long = 'x'.repeat(199)
    expect(walk(`${long}Yz`, [`${long}y`, `${long}z`]).found).toEqual([`${long}y`])
  })
})
