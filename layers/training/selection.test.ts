import fc from 'fast-check'
import { expect, it } from 'vitest'
import { stableLog, unitOf } from './hash.ts'
import { drawKey, type Selection, shareOut, splitOf, thresholdsOf } from './selection.ts'

const selection: Selection = {
  ...{ split: null, subtree: null, depth: null, sampling: 'weighted', size: 1, seed: 0 },
  ...{ sacredWeight: 3, trainShare: 0.8, validationShare: 0.1 },
}

it('takes logarithms as exactly as the machine does', () => {
  fc.assert(
    fc.property(fc.double({ min: 2 ** -49, max: 1, maxExcluded: true, noNaN: true }), (value) => {
      const difference = Math.abs(stableLog(value) - Math.log(value))
      expect(difference).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.abs(Math.log(value))))
    }),
  )
})

it('shares out all there is to share, to each at most what it has, and as evenly as that goes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 20 }), fc.nat(300), (counts, size) => {
      const quotas = shareOut(counts, size)
      const sum = (values: number[]) => values.reduce((all, value) => all + value, 0)
      expect(sum(quotas)).toBe(counts.length === 0 ? 0 : Math.min(size, sum(counts)))
      for (const [at, quota] of quotas.entries()) {
        expect(quota).toBeLessThanOrEqual(counts[at]!)
        if (quota < counts[at]!) expect(Math.max(...quotas)).toBeLessThanOrEqual(quota + 1)
      }
    }),
  )
})

it('draws as many as each stratum shall have, those with the smallest keys', () => {
  const keys = fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), keys, { maxKeys: 6 }),
      fc.integer({ min: 1, max: 60 }),
      (strata, size) => {
        const all = Object.entries(strata)
        const thresholds = thresholdsOf(new Map(all), size)
        const drawn = all.map(([name, own]) => own.filter((key) => key <= thresholds.get(name)!).length)
        const total = all.reduce((sum, [, own]) => sum + own.length, 0)
        expect(drawn.reduce((sum, value) => sum + value, 0)).toBe(Math.min(size, total))
      },
    ),
  )
})

it('draws what weighs three times as much three times as often', () => {
  // of one sacred candidate and three others, the first draw takes the sacred one in half of all cases
  const candidates = [3, 1, 2, 4].map((fluxPosition) => ({
    entityId: `e${fluxPosition}`,
    classType: '',
    fluxPosition,
  }))
  const isSacredFirst = (seed: number) => {
    const keys = candidates.map((candidate) => drawKey('s', candidate, { ...selection, seed }))
    return keys.indexOf(Math.min(...keys)) === 0
  }
  const share = Array.from({ length: 20_000 }, (_, seed) => seed).filter(isSacredFirst).length / 20_000
  expect(share).toBeCloseTo(0.5, 1.7)
})

it('splits entities by their shares, and by nothing that may change', () => {
  const ids = Array.from({ length: 20_000 }, (_, at) => `entity ${at}`)
  const shareOf = (split: string) => ids.filter((id) => splitOf(id, selection) === split).length / ids.length
  expect(shareOf('train')).toBeCloseTo(0.8, 1.7)
  expect(shareOf('validation')).toBeCloseTo(0.1, 1.7)
  expect(splitOf('lamp', selection)).toBe('train')
  // as Python's hashlib has it: (first 48 bits of sha256('split\0lamp') + 0.5) / 2^48
  expect(unitOf('split', 'lamp')).toBe(0.1177001124046253)
})
