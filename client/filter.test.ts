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
  ['some classes of the whole world', { classes: ['Tree'] }, false, '*'],
  ['a box, of the whole world', { box: [0, 0, 0, 1e12, 1e12, 1e12] as const }, false, '*'],
  ['a sphere, of the whole world', { sphere: { center: [0, 0, 0] as const, radius: 1e12 } }, false, '*'],
  ['nothing, of the whole world', {}, true, '*'],
  ['some components', { components: ['Health'] }, true],
])('a filter of %s', (_, filter, holds, of = region) => {
  expect(holdsRegion(filter, of)).toBe(holds)
})
