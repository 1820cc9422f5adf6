import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../event.ts'
import { SealBroken } from './errors.ts'
import { type DataKey, keyIdOf, openWith, type SealedPlace, sealWith } from './seal.ts'

const newKey = (): DataKey => ({ id: randomUUID(), key: createSecretKey(randomBytes(32)) })
const key = newKey()

const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
const places: fc.Arbitrary<SealedPlace> = fc.record({ tenantId: name, entityId: name, type: name })
const anyData = fc
  .dictionary(name, fc.jsonValue({ noUnicodeString: false }))
  .map((data) => JSON.parse(JSON.stringify(data)) as JsonObject)

describe('a sealed text', () => {
  it('is opened to what was sealed, at its own place, and says which key did it', () => {
    fc.assert(
      fc.property(places, anyData, (place, data) => {
        const sealed = sealWith(key, place, data)
        expect(openWith(key, place, sealed)).toEqual(data)
        expect(keyIdOf(sealed)).toBe(key.id)
      }),
    )
  })

  it('is not opened at any other place, nor with another key', () => {
    fc.assert(
      fc.property(places, places, anyData, (place, other, data) => {
        const sealed = sealWith(key, place, data)
        const isOther = JSON.stringify(place) !== JSON.stringify(other)
        if (isOther) expect(() => openWith(key, other, sealed)).toThrow(SealBroken)
        expect(() => openWith(newKey(), place, sealed)).toThrow(SealBroken)
        expect(() => openWith({ ...key, id: randomUUID() }, place, sealed)).toThrow(SealBroken)
      }),
    )
  })

  it('cannot be moved by shifting text between the parts of its place', () => {
    const sealed = sealWith(key, { tenantId: 'a', entityId: 'bc', type: 'D' }, { x: 1 })
    for (const place of [
      { tenantId: 'ab', entityId: 'c', type: 'D' },
      { tenantId: 'a', entityId: 'b', type: 'cD' },
      { tenantId: 'a","bc', entityId: '', type: 'D' },
    ])
      expect(() => openWith(key, place, sealed)).toThrow(SealBroken)
  })

  it('is not opened once any of its characters is another, or it is cut', () => {
    const place = { tenantId: 't', entityId: 'e', type: 'Secret' }
    const sealed = sealWith(key, place, { pin: 1234 })
    const start = sealed.lastIndexOf('.') + 1
    fc.assert(
      fc.property(
        fc.nat(sealed.length - 1),
        fc.constantFrom(...'AQgw_-xyz019.'),
        fc.nat(20),
        (index, letter, cut) => {
          const changed = sealed.slice(0, index) + letter + sealed.slice(index + 1)
          if (changed !== sealed) expect(() => openWith(key, place, changed)).toThrow(SealBroken)
          expect(() => openWith(key, place, sealed.slice(0, start + cut))).toThrow(SealBroken)
        },
      ),
      { numRuns: 500 },
    )
    expect(openWith(key, place, sealed)).toEqual({ pin: 1234 })
  })

  it('is another each time, and shows nothing of the data', () => {
    const place = { tenantId: 't', entityId: 'e', type: 'Secret' }
    const texts = Array.from({ length: 100 }, () => sealWith(key, place, { pin: 'hush-hush' }))
    expect(new Set(texts).size).toBe(100)
    const bytes = texts.map((text) => Buffer.from(text.split('.')[2]!, 'base64url'))
    expect(new Set(bytes.map((each) => each.subarray(0, 12).toString('hex'))).size).toBe(100)
    expect(bytes.some((each) => each.includes('hush'))).toBe(false)
  })
})
