import { expect, it } from 'vitest'
import { entityTypeOf, qualifiersOf } from './entity-type.ts'
import { splitParenthesis } from './parentheses.ts'

const qualifiers = qualifiersOf([
  ...['Freedonia', 'Citizen (Freedonia)', 'Holy See (Vatican City State)'],
  ...['Citizen (Holy See (Vatican City State))', 'Boko Haram', 'Terrorist (Boko Haram)'],
  ...['International', 'Citizen (International)', 'Police (Nowhere)'],
])

it('finds countries and organisations in the parentheses of others', () => {
  expect([...qualifiers.countries]).toEqual(['Freedonia', 'Holy See (Vatican City State)'])
  expect([...qualifiers.organisations]).toEqual(['Boko Haram'])
})

it.each([
  ['Freedonia', 'Country'],
  ['Holy See (Vatican City State)', 'Country'],
  ['Boko Haram', 'Organisation'],
  ['Government (Freedonia)', 'Organisation'],
  ['Justice Department/Ministery (Freedonia)', 'Organisation'],
  ['Cabinet / Council of Ministers / Advisors (Freedonia)', 'Organisation'],
  ['Ministry of Tourism (Freedonia)', 'Organisation'],
  ['International Commission Against Impunity in Guatemala', 'Organisation'],
  ['Election Commission of India', 'Organisation'],
  ['Yemeni Armed Forces', 'Organisation'],
  ['Tasnim news agency', 'Organisation'],
  ['Government Official (Freedonia)', 'Group'],
  ['Head of Government (Freedonia)', 'Group'],
  ['Military Personnel (Freedonia)', 'Group'],
  ['Citizen (Nowhere)', 'Group'],
  ['Terrorist (Boko Haram)', 'Group'],
  ['Member of Legislative (Govt) (Freedonia)', 'Group'],
  ['Rufus T. Firefly', 'Person'],
  ['Abdullah II of Jordan', 'Person'],
  ['Facebook', 'Actor'],
  ['International', 'Actor'],
  ['Unspecified Actor', 'Actor'],
])('takes %s for a %s', (name, type) => {
  expect(entityTypeOf(name, qualifiers)).toBe(type)
})

it.each([
  ['Citizen (Freedonia)', 'Citizen', 'Freedonia'],
  ['Member of Legislative (Govt) (Freedonia)', 'Member of Legislative (Govt)', 'Freedonia'],
  ['Citizen (Holy See (Vatican City State))', 'Citizen', 'Holy See (Vatican City State)'],
])('splits %s', (name, head, inParentheses) => {
  expect(splitParenthesis(name)).toEqual({ head, inParentheses })
})

it.each(["Awami (People's) League", '(Freedonia)', 'Citizen ()', 'Freedonia)', ''])(
  'does not split "%s"',
  (name) => {
    expect(splitParenthesis(name)).toBeUndefined()
  },
)
