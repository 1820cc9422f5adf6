import { expect, it } from 'vitest'
import { defaultRules } from './default-rules.ts'
import type { Rule } from './rule.ts'
import { ruledTypes, withoutTypes } from './ruled-types.ts'

const rules: Rule[] = [
  ...defaultRules.slice(0, 1),
  {
    ...{ action: 'hexed', synonyms: [], roles: {} },
    effects: [
      { do: 'set-status', of: 'target', state: 'frog' },
      { do: 'set-component', of: 'target', component: 'Hex', data: {} },
      { do: 'merge-component', of: 'target', component: 'Luck', patch: {} },
      { do: 'remove-component', of: 'target', component: 'Hex' },
    ],
  },
]

it('says where rules name a component type', () => {
  expect(ruledTypes(rules)).toEqual([
    { type: 'Hex', field: 'rules[1].effects[1].component' },
    { type: 'Luck', field: 'rules[1].effects[2].component' },
    { type: 'Hex', field: 'rules[1].effects[3].component' },
  ])
  expect(ruledTypes(defaultRules)).toEqual([])
})

it('leaves out what is done to some types, and nothing else', () => {
  const left = withoutTypes(rules, new Set(['Hex']))
  expect(left[0]).toEqual(rules[0])
  expect(left[1]!.effects).toEqual([rules[1]!.effects[0], rules[1]!.effects[2]])
})
