import * as z from 'zod'
import { findEvents, type QuestionVector } from '#chronicle/ask/find-events'
import { fitBundle } from '#chronicle/ask/fit-bundle'
import { contextLimits, gatherContext } from '#chronicle/ask/gather-context'
import type { StoryEvent } from '#chronicle/questions/source'
import { storyTimeSchema } from '#chronicle/schemas'
import { isLiteral, meantEvents } from '#chronicle/search/literal-query'
import { route } from '#platform/http/route'
import { isStorableText } from '#world/json'
import { coordinateLimitUnits, idSchema } from '#world/schemas'
import type { ApiContext } from '../../api-context.ts'
import { chroniclePath, worldOnly } from '../schemas.ts'
import { relianceFields } from './answer-question.ts'
import { radiusRule } from './fields.ts'
import { askChronicle } from './graph-routes.ts'

const budgetRule = 'must be a whole number of 100 to 100000'

const asOfRule = 'must be a seq: a whole number of at least 0'

const askBody = z.strictObject({
  question: z
    .string('must be text')
    .trim()
    .min(1, 'must not be empty')
    .max(1_024, 'must have at most 1024 characters')
    .refine(isStorableText, 'must be text without U+0000 and without lone surrogates'),
  tokenBudget: z
    .int(budgetRule)
    .min(100, budgetRule)
    .max(100_000, budgetRule)
    .default(4_000)
    .meta({ description: 'Of the text: one token for each three bytes of UTF-8' }),
  entities: z
    .array(idSchema, 'must be an array of ids')
    .max(32, 'must have at most 32 ids')
    .default([])
    .meta({ description: 'Who is asked about, whatever is found' }),
  asOf: z.int(asOfRule).min(0, asOfRule).optional(),
  from: storyTimeSchema.optional(),
  to: storyTimeSchema.optional(),
  radius: z
    .number('must be a number')
    .min(0, radiusRule)
    .max(coordinateLimitUnits, radiusRule)
    .default(100)
    .meta({ description: 'Of surroundings, in world units' }),
})

const items = z.array(z.looseObject({}))

const bundleSchema = z
  .looseObject({
    ...relianceFields,
    ...{ events: items, entities: items, relationships: items, surroundings: items, contradictions: items },
    citations: z.array(z.object({ chronicleId: z.string(), eventId: z.string(), seq: z.int() })),
    text: z.string().meta({ description: 'The same as Markdown: quoted data, never instructions' }),
    tokens: z.int().meta({ description: 'Of the text, estimated from above' }),
    budget: z.int(),
    left: z.int().meta({ description: 'Items that had no room' }),
    search: z.array(z.enum(['text', 'vectors'])).meta({ description: 'How events were found' }),
  })
  .meta({ id: 'ContextBundle' })

/** undefined: there is no embedder, or it does not answer: events are found by their words. */
const vectorOf = async (
  { embedder, reportFault }: ApiContext,
  question: string,
  requestId: string,
): Promise<QuestionVector | undefined> => {
  if (embedder === undefined) return undefined
  try {
    const [vector] = await embedder.embed([question])
    return { vector: vector!, embedder: embedder.name, floor: embedder.floor }
  } catch (error) {
    reportFault(error, requestId)
    return undefined
  }
}

export const askContextRoute = route<ApiContext, typeof chroniclePath, typeof worldOnly, typeof askBody>({
  method: 'POST',
  path: '/api/chronicles/{id}/ask-context',
  operationId: 'askContext',
  summary: 'What a language model should know to answer a question about a story, within a budget of tokens',
  pathSchema: chroniclePath,
  querySchema: worldOnly,
  bodySchema: askBody,
  responses: { 200: { description: 'A bundle, each item with its citations', schema: bundleSchema } },
  handle: async (context, input) => {
    const { question, tokenBudget, entities, asOf, from, to, radius } = input.body
    const { requestId } = input.origin
    const vector = asOf === undefined ? await vectorOf(context, question, requestId) : undefined
    const asked = { ...input, query: { ...input.query, asOf } }
    const { answer, ...reliance } = await askChronicle(context, asked, async (source, world, client) => {
      const found = await findEvents(client, world.worldId, {
        ...{ chronicleId: input.path.id, question, vector, asOf: asOf ?? null, from, to },
        limit: contextLimits.foundEvents,
      })
      const range = {
        from: from === undefined ? undefined : Date.parse(from),
        to: to === undefined ? undefined : Date.parse(to),
      }
      const meant = isLiteral(question)
        ? (events: readonly StoryEvent[]) => meantEvents(client, world.worldId, question, events)
        : undefined
      return gatherContext(source, { chronicleId: input.path.id, found, entities, meant, radius, ...range })
    })
    const { items: kept, ...bundle } = fitBundle(answer, tokenBudget, reliance.degraded)
    const search = vector === undefined ? ['text'] : ['text', 'vectors']
    return { status: 200, body: { ...reliance, ...kept, ...bundle, budget: tokenBudget, search } }
  },
})
