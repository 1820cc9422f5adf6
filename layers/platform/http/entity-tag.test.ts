import { expect, it } from 'vitest'
import { hasEntityTag } from './entity-tag.ts'

it.each([
  [undefined, false],
  ['', false],
  ['"a"', true],
  ['"b"', false],
  ['a', false],
  ['"b", "a"', true],
  ['"b","a" ', true],
  ['W/"a"', true],
  ['*', true],
])('If-None-Match: %s', (header, expected) => {
  expect(hasEntityTag(header, '"a"')).toBe(expected)
})
