import type { Rule, RuleEffect } from './rule.ts'

/** Where rules name a component type: `rules[3].effects[0].component`. */
export interface RuledType {
  type: string
  field: string
}

/** Every component type that the rules set, merge or remove, in their order. */
export const ruledTypes = (rules: readonly Rule[]): RuledType[] =>
  rules.flatMap(({ effects }, rule) =>
    effects.flatMap((effect, index) => {
      const type = typeOf(effect)
      return type === undefined ? [] : [{ type, field: `rules[${rule}].effects[${index}].component` }]
    }),
  )

/** The rules without their effects on these types. */
export const withoutTypes = (rules: readonly Rule[], types: ReadonlySet<string>): Rule[] =>
  rules.map((rule) => ({
    ...rule,
    effects: rule.effects.filter((effect) => !types.has(typeOf(effect) ?? '')),
  }))

const typeOf = (effect: RuleEffect): string | undefined =>
  'component' in effect ? effect.component : undefined
