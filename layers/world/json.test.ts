import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from './event.ts'
import { jsonEqual, jsonFault } from './json.ts'

const json = fc.jsonValue() as fc.Arbitrary<Json>

const reversedKeys = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reversedKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversedKeys(inner)]),
  ) as JsonObject
}

describe('JSON values', () => {
  it('are equal to themselves in any order of keys', () => {
    fc.assert(fc.property(json, (value) => jsonEqual(value, reversedKeys(structuredClone(value)))))
  })

  it('are equal where their canonical texts are, and only there', () => {
    const text = (value: Json): string =>
      JSON.stringify(value, (_, inner) =>
        inner !== null && typeof inner === 'object' && !Array.isArray(inner)
          ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
          : inner,
      )
    fc.assert(fc.property(json, json, (a, b) => jsonEqual(a, b) === (text(a) === text(b))))
  })

  it('can be kept where PostgreSQL and JSON have them', () => {
    expect(jsonFault({ a: [1, 'ü', null, { b: false }] })).toBeUndefined()
    expect(jsonFault({ a: [1, 'x\u0000'] })).toMatchObject({ path: ['a', 1] })
    expect(jsonFault({ a: { b: '\ud800' } })).toMatchObject({ path: ['a', 'b'] })
    expect(jsonFault({ a: Number.POSITIVE_INFINITY })).toMatchObject({
      path: ['a'],
      message: 'must be a finite number',
    })
  })

  it('of any depth are judged without running out of stack', () => {
    const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as Json
    expect(jsonFault(deep)?.message).toContain('nested deeper')
  })
})
