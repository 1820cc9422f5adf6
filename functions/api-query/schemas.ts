import * as z from 'zod'
import type { FieldError } from '#platform/http/problem'
import type { Query } from '#world/query/ast'
import { queryLimits } from '#world/query/limits'
import { parseQuery } from '#world/query/parse'
import { locateFault } from '#world/query/parse-text'
import { QueryError } from '#world/query/query-error'
import { querySchema } from '#world/query/schema'
import { entitySchema, timestamp } from '../api-world/schemas.ts'

const text = z.string().meta({
  description: 'docs/query.md has the language',
  example: 'Position.x > 10 and (Health.current < 5 or !Health) and ->trusts(min 0.5) of "hero"',
})

/** A query in its JSON form, and the text that it came as: faults that the world shows are said with their place in it. */
export interface AskedQuery {
  form: Query
  text?: string
}

export const query = z
  // before the union, whose message would be that neither fits
  .preprocess(
    (value, context) => {
      try {
        const form = parseQuery(value)
        return typeof value === 'string' ? value : form
      } catch (error) {
        if (!(error instanceof QueryError)) throw error
        const path = (error.field ?? '').split(/[.[\]]+/).filter((part) => part !== '')
        context.issues.push({
          ...{ code: 'custom', input: value, message: messageOf(error), continue: false },
          path: path.map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
        })
        return z.NEVER
      }
    },
    z.union([querySchema, text]),
  )
  .transform((value): AskedQuery => {
    const form = parseQuery(value)
    return typeof value === 'string' ? { form, text: value } : { form }
  })

/** Without the field, which the problem document names beside it. */
const messageOf = ({ field, message }: QueryError): string =>
  field ? message.slice(message.indexOf(': ') + 2) : message

/** The fault as an error of the request's body. */
export const queryFault = (error: QueryError, { text: asked }: AskedQuery): FieldError => {
  if (error.field === 'cursor') return { field: 'cursor', message: messageOf(error) }
  const fault = asked === undefined ? error : locateFault(asked, error)
  return { field: fault.field ? `query.${fault.field}` : 'query', message: messageOf(fault) }
}

const seq = 'must be a seq (a whole number of at least 0) or an ISO 8601 time such as 2026-11-21T12:00:00Z'

export const queryBody = z.strictObject({
  query,
  asOf: z
    .union([z.int(seq).min(0, seq), timestamp], seq)
    .optional()
    .meta({ description: 'Read the world as it stood at this seq, or after the last event up to this time' }),
  limit: z
    .int(`must be a whole number of 1 to ${queryLimits.page}`)
    .min(1, 'must be at least 1')
    .max(queryLimits.page, `must be at most ${queryLimits.page}`)
    .optional()
    .meta({ description: `Of the page; default that of the query, or ${queryLimits.defaultPage}` }),
  cursor: z.string().max(16_384, 'must have at most 16384 characters').optional().meta({
    description:
      'Of the page before. Ask for it asOf the seq of the first page to cut all pages at one moment',
  }),
  explain: z
    .boolean('must be true or false')
    .optional()
    .meta({ description: 'Say how it would be answered, instead' }),
})

export const queryAnswer = z
  .object({
    seq: z.int().meta({ description: 'What was read' }),
    entities: z
      .array(z.union([entitySchema, z.looseObject({ id: z.string() })]))
      .optional()
      .meta({ description: 'Without select whole; with it the id and what was selected, by path' }),
    cursor: z.string().optional().meta({ description: 'There are more' }),
    count: z.int().optional(),
    groups: z
      .array(z.object({ value: z.unknown().optional(), count: z.int() }))
      .optional()
      .meta({ description: 'Largest first; of entities without a value there the value is absent' }),
    more: z.boolean().optional().meta({ description: 'There are smaller groups' }),
    explain: z
      .object({
        query: z.string(),
        steps: z.array(z.string()),
        warning: z
          .string()
          .optional()
          .meta({ description: 'Every entity of the world may be read, and for the want of what' }),
        plan: z.looseObject({}),
      })
      .optional(),
  })
  .meta({ id: 'QueryAnswer' })
