import { expect, it } from 'vitest'
import { holdsRegion } from './filter.ts'

const region = '4:0:0:0'

it.each([
  ['nothing', {}, true],
  ['its own box', { box: [0, 0, 0, 16, 16, 16] as const }, true],
  ['a box that cuts it', { box: [0, 0, 0, 16, 16, 15.9] as const }, false],
  ['a box beside it', { box: [16, 0, 0, 32, 16, 16] as const }, false],
  ['a sphere about it', { sphere: { center: [8, 8, 8] as const, radius: 13.9 } }, true],
  ['a sphere without its corners', { sphere: { center: [8, 8, 8] as const, radius: 13.8 } }, false],
  ['a sphere that moves', { follow: { id: 'a', radius: 1e9 } }, false],
  ['some classes', { classes: ['Tree'] }, false],
  ['some components', { components: ['Health'] }, true],
])('a filter of %s', (_, filter, holds) => {
  expect(holdsRegion(filter, region)).toBe(holds)
})
