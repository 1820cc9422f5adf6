import * as z from 'zod'
import {
  boundedObjectSchema,
  classTypeSchema,
  coordinateSchema,
  relationshipTypeSchema,
  strengthSchema,
} from '#world/schemas'

/** At most so many rules of a world, synonyms of a rule and effects of a rule. */
const ruleLimits = { rules: 1_000, synonyms: 200, effects: 32, roles: 16, templateBytes: 16_384 }

const word = (what: string) =>
  z
    .string(`must be text: ${what}`)
    .trim()
    .min(1, `must not be empty: ${what}`)
    .max(128, `must have at most 128 characters: ${what}`)

const roleName = word('a role')

/** A number, or the field of the event's `data` that holds one; what is not there, or is no number, is `default`. */
const amount = z.union(
  [
    coordinateSchema,
    z.strictObject({
      /** A path of keys, `wound.depth`. */
      data: word('a path into the data of the event'),
      default: coordinateSchema,
      /** Default 1. */
      times: coordinateSchema.optional(),
    }),
  ],
  'must be a number, or {data, default, times?}',
)
export type Amount = z.output<typeof amount>

const of = { of: roleName }
const pair = { from: roleName, to: roleName, type: relationshipTypeSchema }
const component = classTypeSchema.max(64, 'must have at most 64 characters')
/** JSON in which `{"$data": "path", "default": …}` and `{"$event": "id" | "timestamp" | "summary"}` are replaced. */
const template = boundedObjectSchema(ruleLimits.templateBytes)

const effect = z.discriminatedUnion(
  'do',
  [
    z.strictObject({ do: z.literal('set-component'), ...of, component, data: template }),
    z.strictObject({ do: z.literal('merge-component'), ...of, component, patch: template }),
    z.strictObject({ do: z.literal('remove-component'), ...of, component }),
    /** The items of the event, and its actors in the role `item`. */
    z.strictObject({ do: z.literal('add-items'), ...of }),
    z.strictObject({ do: z.literal('remove-items'), ...of }),
    z.strictObject({ do: z.literal('change-gold'), ...of, amount }),
    /** Of Health: between 0 and its max. */
    z.strictObject({ do: z.literal('change-health'), ...of, amount }),
    z.strictObject({ do: z.literal('set-health'), ...of, amount }),
    z.strictObject({ do: z.literal('set-status'), ...of, state: word('a state') }),
    /** To the place, and the position, of the event. */
    z.strictObject({ do: z.literal('locate'), ...of }),
    z.strictObject({ do: z.literal('relate'), ...pair, strength: strengthSchema.optional() }),
    z.strictObject({ do: z.literal('unrelate'), ...pair }),
    z.strictObject({ do: z.literal('change-relationship'), ...pair, amount }),
  ],
  'must be one of set-component, merge-component, remove-component, add-items, remove-items, change-gold, change-health, set-health, set-status, locate, relate, unrelate, change-relationship',
)
export type RuleEffect = z.output<typeof effect>

/** What an action does. */
export const ruleSchema = z.strictObject({
  action: word('a verb'),
  synonyms: z.array(word('a verb')).max(ruleLimits.synonyms).default([]),
  /**
   * Which roles of actors a role of this rule means: the first of them that an actor has. What is not named here is
   * as in `defaultRoles`.
   */
  roles: z
    .record(roleName, z.array(roleName).min(1, 'must name a role').max(ruleLimits.roles))
    .refine((roles) => Object.keys(roles).length <= ruleLimits.roles, `must have at most ${ruleLimits.roles}`)
    .default({}),
  effects: z.array(effect).max(ruleLimits.effects, `must have at most ${ruleLimits.effects} effects`),
})
export type Rule = z.output<typeof ruleSchema>

/** The same verb however it is written. */
export const normaliseAction = (action: string): string =>
  action
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/gu, '-')

/** The rules of a world: each verb, synonyms included, in one of them only. */
export const rulesSchema = z
  .array(ruleSchema, 'must be an array of rules')
  .max(ruleLimits.rules, `must have at most ${ruleLimits.rules} rules`)
  .superRefine((rules, context) => {
    const owner = new Map<string, string>()
    for (const [index, { action, synonyms }] of rules.entries())
      for (const [place, verb] of [action, ...synonyms].entries()) {
        const key = normaliseAction(verb)
        const known = owner.get(key)
        const path = place === 0 ? [index, 'action'] : [index, 'synonyms', place - 1]
        if (known !== undefined)
          context.addIssue({ code: 'custom', path, message: `'${verb}' is in the rule '${known}' already` })
        owner.set(key, action)
      }
  })
