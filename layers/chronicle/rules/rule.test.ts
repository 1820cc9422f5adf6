import { describe, expect, it } from 'vitest'
import { defaultRules } from './default-rules.ts'
import { rulesSchema } from './rule.ts'
import { ruleOf, ruleTable } from './rule-table.ts'

describe('rules', () => {
  it('of Orrery are rules that anybody could have sent', () => {
    expect(rulesSchema.parse(structuredClone(defaultRules))).toEqual(defaultRules)
  })

  it('are found by any writing of their verbs', () => {
    const table = ruleTable(defaultRules)
    for (const verb of ['handed over', 'Handed_Over', ' HANDED-OVER '])
      expect(ruleOf(table, verb)?.action).toBe('gave')
    for (const verb of ['moved', 'acquired', 'lost', 'gave', 'damaged', 'healed', 'died', 'born'])
      expect(ruleOf(table, verb)?.action).toBe(verb)
    for (const verb of ['joined', 'left', 'created', 'destroyed'])
      expect(ruleOf(table, verb)?.action).toBe(verb)
    expect(ruleOf(table, 'constructor')).toBeUndefined()
  })

  it.each([
    [[{ action: 'a', effects: [{ do: 'fly' }] }], [0, 'effects', 0, 'do'], 'must be one of set-component'],
    [
      [{ action: 'a', effects: [{ do: 'set-status', of: 'agent' }] }],
      [0, 'effects', 0, 'state'],
      'must be text',
    ],
    [
      [
        { action: 'a', effects: [] },
        { action: 'b', synonyms: ['A'], effects: [] },
      ],
      [1, 'synonyms', 0],
      "'A' is in the rule 'a' already",
    ],
    [[{ action: 'a', effects: [], extra: 1 }], [0], 'Unrecognized key'],
    [
      [{ action: 'a', effects: [{ do: 'change-health', of: 'x', amount: 'much' }] }],
      [0, 'effects', 0, 'amount'],
      'must be a number, or {data, default, times?}',
    ],
  ])('refuse %j and say where', (rules, path, message) => {
    const [issue] = rulesSchema.safeParse(rules).error!.issues
    expect(issue!.path).toEqual(path)
    expect(issue!.message).toContain(message)
  })
})
