import { expect, it } from 'vitest'
import { complete, offsetOf } from './complete.ts'

const vocabulary = {
  components: new Map([
    ['Health', ['current', 'max']],
    ['Inventory', ['items', 'items[0]', 'items[0].name', 'gold']],
  ]),
  classes: ['City', 'Country', 'Planet'],
}
const offered = (text: string) => complete(text, text.length, vocabulary).options.map((option) => option.text)

it.each([
  ['Hea', ['Health']],
  ['Health.', ['current', 'max']],
  ['!Health or Inventory.items[0].n', ['items[0].name']],
  ['class = "C', ['City', 'Country']],
  ['class in ("City", "P', ['Planet']],
  ['name ~ "cla', []],
  ['name ~ "say \\"Hea', []],
  ['name = "x" and cla', ['class']],
  ['limit', []],
  ['->', ['->* of "']],
  ['', []],
])('%s', (text, options) => {
  expect(offered(text)).toEqual(options)
})

it('says from where a completion takes the place of what is written', () => {
  expect(complete('Health.cu > 1', 9, vocabulary)).toMatchObject({ from: 7, options: [{ text: 'current' }] })
})

it('finds where a fault is', () => {
  expect(offsetOf('a\nbc and', 'query: line 2, column 4: expected')).toBe(5)
  expect(offsetOf('a', 'line 9, column 9')).toBe(1)
  expect(offsetOf('a', 'too slow')).toBeUndefined()
})
