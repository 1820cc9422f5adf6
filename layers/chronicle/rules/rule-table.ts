import { normaliseAction, type Rule } from './rule.ts'

/** The rule of each verb. */
export type RuleTable = ReadonlyMap<string, Rule>

export const ruleTable = (rules: readonly Rule[]): RuleTable => {
  const table = new Map<string, Rule>()
  for (const rule of rules)
    for (const verb of [rule.action, ...rule.synonyms]) table.set(normaliseAction(verb), rule)
  return table
}

export const ruleOf = (table: RuleTable, action: string): Rule | undefined =>
  table.get(normaliseAction(action))
