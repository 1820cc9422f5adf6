import * as z from 'zod'
import { isStorableText } from '../json.ts'
import { coordinateLimitUnits, idSchema, jsonSchema, relationshipTypeSchema } from '../schemas.ts'
import type { Condition, Query } from './ast.ts'
import { isComponentType } from './fields.ts'
import { queryLimits } from './limits.ts'
import { parsePath, printPath } from './path.ts'

const text = z
  .string('must be text')
  .max(4_096, 'must have at most 4096 characters')
  .refine(isStorableText, 'must be text without U+0000 and without lone surrogates')
// JSON may say −0; nothing behind this does
const number = z.number('must be a finite number').transform((value) => value + 0)
const scalar = z.union([z.null(), z.boolean(), number, text], 'must be a number, a text, true, false or null')
const ordered = z.union([number, text], 'must be a number or a text')
const path = z
  .string('must be a path such as Inventory.items[0].name')
  .max(1_024, 'must have at most 1024 characters')
  .refine((value) => parsePath(value) !== undefined, 'must be a path such as Inventory.items[0].name')
  .transform((value) => printPath(parsePath(value)!))
const component = z
  .string('must be a component type')
  .refine(
    isComponentType,
    'must be a component type: a capital letter, then letters, digits and underscores; whether a field is there says exists Health.current',
  )

const stepCount = z
  .int(`must be a whole number of 1 to ${queryLimits.steps}`)
  .min(1, 'must be at least 1')
  .max(queryLimits.steps, `must be at most ${queryLimits.steps}`)
const steps = z
  .tuple([stepCount, stepCount], 'must be [fewest, most]')
  .refine(([from, to]) => from <= to, 'must have the smaller number first')
const coordinate = number.refine(
  (value) => Math.abs(value) < coordinateLimitUnits,
  'must be below 2^40 (1099511627776) in size',
)
const point = z.tuple([coordinate, coordinate, coordinate], 'must be [x, y, z]')
const distance = number.refine(
  (value) => value >= 0 && value <= 4 * coordinateLimitUnits,
  'must be of 0 to 2^42 units',
)

const ofMany = z.lazy(() =>
  z
    .array(conditionSchema, 'must be an array of conditions')
    .min(2, 'must have at least 2 conditions')
    .max(queryLimits.nodes, `must have at most ${queryLimits.nodes} conditions`),
)
const target: z.ZodType<string | { where: Condition }> = z.lazy(() =>
  z.union([idSchema, z.strictObject({ where: conditionSchema })], 'must be an id, or { "where": condition }'),
)
const edge = {
  type: relationshipTypeSchema.exactOptional(),
  min: number.exactOptional(),
  max: number.exactOptional(),
  steps: steps.exactOptional(),
  target: target.exactOptional(),
}

/** One condition; `op` says which. */
const conditionSchema: z.ZodType<Condition> = z
  .discriminatedUnion(
    'op',
    [
      z.strictObject({ op: z.enum(['and', 'or']), of: ofMany }),
      z.strictObject({ op: z.literal('not'), of: z.lazy(() => conditionSchema) }),
      z.strictObject({ op: z.literal('has'), component }),
      z.strictObject({ op: z.literal('exists'), path }),
      z.strictObject({ op: z.enum(['=', '!=']), path, value: scalar }),
      z.strictObject({ op: z.enum(['<', '<=', '>', '>=']), path, value: ordered }),
      z.strictObject({
        op: z.literal('in'),
        path,
        values: z
          .array(scalar, 'must be an array of values')
          .min(1, 'must not be empty')
          .max(queryLimits.values, `must have at most ${queryLimits.values} values`),
      }),
      z.strictObject({ op: z.literal('between'), path, low: ordered, high: ordered }),
      z.strictObject({ op: z.literal('contains'), path, value: jsonSchema }),
      z.strictObject({ op: z.literal('~'), path, text: text.min(1, 'must not be empty') }),
      z.strictObject({ op: z.literal('tag'), tag: text.min(1, 'must not be empty') }),
      z.strictObject({ op: z.enum(['->', '<-']), ...edge }),
      z.strictObject({ op: z.enum(['under', 'above']), steps: steps.exactOptional(), target }),
      z.strictObject({
        op: z.literal('depth'),
        is: z.enum(['=', '!=', '<', '<=', '>', '>=']),
        value: z
          .int(`must be a whole number of 0 to ${queryLimits.steps}`)
          .min(0, 'must be at least 0')
          .max(queryLimits.steps, `must be at most ${queryLimits.steps}`),
      }),
      z.strictObject({ op: z.literal('box'), min: point, max: point }),
      z.strictObject({ op: z.literal('sphere'), center: point, radius: distance }),
      z.strictObject({ op: z.literal('near'), entity: idSchema, within: distance }),
    ],
    'must be a condition whose op is one of and, or, not, has, exists, =, !=, <, <=, >, >=, in, between, contains, ~, tag, ->, <-, under, above, depth, box, sphere, near',
  )
  .meta({ id: 'QueryCondition' })

const pageSize = z
  .int(`must be a whole number of 1 to ${queryLimits.page}`)
  .min(1, 'must be at least 1')
  .max(queryLimits.page, `must be at most ${queryLimits.page}`)

/** A query as JSON. What fields mean, and how large it all is, `check.ts` looks at. */
export const querySchema: z.ZodType<Query> = z
  .strictObject({
    where: conditionSchema.exactOptional(),
    select: z
      .array(path, 'must be an array of paths')
      .min(1, 'must not be empty')
      .max(queryLimits.select, `must have at most ${queryLimits.select} paths`)
      .exactOptional(),
    count: z.literal(true, 'must be true, or not there').exactOptional(),
    group: path.exactOptional(),
    sort: z
      .array(z.strictObject({ by: path, direction: z.enum(['asc', 'desc']).default('asc') }))
      .min(1, 'must not be empty')
      .max(queryLimits.sort, `must have at most ${queryLimits.sort} keys`)
      .exactOptional(),
    limit: pageSize.exactOptional(),
  })
  .meta({ id: 'Query' })
