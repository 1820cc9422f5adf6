import fc from 'fast-check'
import { expect, it } from 'vitest'
import { derivedEntityId, nameKey, normaliseName } from './names.ts'

it('makes ids that people can read', () => {
  expect(derivedEntityId('Gandalf  the Grey', 'Character')).toBe('character:gandalf-the-grey')
  expect(derivedEntityId('Éowyn', 'Character')).toBe('character:éowyn')
  expect(derivedEntityId('Jean-Luc', 'Character')).toMatch(/^character:jean-luc~[0-9a-f]{12}$/)
  expect(derivedEntityId('!!!', 'Character')).toMatch(/^character:~[0-9a-f]{12}$/)
})

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'A', ' ', '-', ':', '~', 'é', '😀'), maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 1_024 }),
)

it('gives two names one id only where they are the same name and type', () => {
  fc.assert(
    fc.property(text, text, text, text, (name, type, otherName, otherType) => {
      const isSame =
        normaliseName(name) === normaliseName(otherName) && normaliseName(type) === normaliseName(otherType)
      expect(derivedEntityId(name, type) === derivedEntityId(otherName, otherType)).toBe(isSame)
      expect(nameKey(name, type) === nameKey(otherName, otherType)).toBe(isSame)
      expect(derivedEntityId(name, type).length).toBeLessThanOrEqual(256)
    }),
    { numRuns: 2_000 },
  )
})
