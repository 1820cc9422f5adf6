import * as z from 'zod'
import { isStorableText } from '#world/json'
import {
  boundedObjectSchema,
  classTypeSchema,
  idSchema,
  positionSchema,
  relationshipTypeSchema,
} from '#world/schemas'
import { type ChronicleEvent, modalities } from './chronicle-event.ts'
import { batchEventLimit, eventLimits } from './limits.ts'
import { normalStoryTime, storyTimeRule } from './story-time.ts'

const storable = (what: string, maxLength: number) =>
  z
    .string('must be text')
    .max(maxLength, `must have at most ${maxLength} characters`)
    .refine(isStorableText, 'must be text without U+0000 and without lone surrogates')
    .meta({ description: what })

const controlCharacters = /\p{Cc}/u

const term = (what: string, maxLength: number) =>
  storable(what, maxLength)
    .min(1, 'must not be empty')
    .refine((text) => !controlCharacters.test(text), 'must not have control characters')

const listOf = <T extends z.ZodType>(element: T, max: number, what: string) =>
  z.array(element, `must be an array of ${what}`).max(max, `must have at most ${max} ${what}`)

/** A time of the story in UTC and milliseconds. */
export const storyTimeSchema = z
  .string('must be text')
  .transform((text, context) => {
    const normal = normalStoryTime(text)
    if (normal !== undefined) return normal
    context.addIssue({ code: 'custom', message: storyTimeRule })
    return z.NEVER
  })
  .meta({
    description: 'ISO 8601 with an offset; years of six digits and a sign reach from -004712 to +275760',
  })

/** Names of routes beside those of chronicles. */
const reservedIds = ['entities', 'projection', 'rules']

export const chronicleIdSchema = idSchema
  .refine((id) => !reservedIds.includes(id), `must not be one of ${reservedIds.join(', ')}`)
  .meta({ description: 'Unique in its world' })
export const eventIdSchema = idSchema.meta({ description: 'The caller’s; unique in its chronicle' })
export const titleSchema = storable('Shown to people', 1_024)
export const descriptionSchema = storable('Shown to people', 16_384)
export const reasonSchema = storable('Why, for people', 1_024)

const name = term('Shown to people', 1_024)
const verb = term('A verb, such as `gave`', 256)

const actorSchema = z.strictObject({
  entityId: idSchema.optional(),
  name,
  entityType: classTypeSchema,
  role: term('agent, target, recipient, witness, place, …', 64),
  context: storable('More about it in this event', 1_024).optional(),
})

const changeRule = 'must be a number of -1e9 to 1e9'
const valenceSchema = z.strictObject({
  source: name.meta({ description: 'Name or entity id of an actor of the event' }),
  target: name.meta({ description: 'Name or entity id of an actor of the event' }),
  type: relationshipTypeSchema.meta({ description: 'trust, affection, respect, fear, …' }),
  change: z
    .number(changeRule)
    .min(-1e9, changeRule)
    .max(1e9, changeRule)
    .transform((value) => value + 0),
})

const locationSchema = z
  .strictObject({ entityId: idSchema.optional(), name: name.optional(), position: positionSchema.optional() })
  .refine(
    ({ entityId, name, position }) => entityId !== undefined || name !== undefined || position !== undefined,
    'must have an entityId, a name or a position',
  )

const quantityRule = 'must be a number above 0 and at most 1e15'
const itemSchema = z.strictObject({
  entityId: idSchema.optional(),
  name,
  quantity: z.number(quantityRule).positive(quantityRule).max(1e15, quantityRule).optional(),
})

const causalitySchema = z.strictObject({
  causedBy: listOf(eventIdSchema, eventLimits.causality, 'ids').default([]),
  causes: listOf(eventIdSchema, eventLimits.causality, 'ids').default([]),
})

const fields = z.strictObject({
  id: eventIdSchema,
  timestamp: storyTimeSchema,
  eventType: term('Such as battle, meeting, journey', 256),
  summary: storable('What happened, in a sentence', eventLimits.summaryCharacters),
  actors: listOf(actorSchema, eventLimits.actors, 'actors').default([]),
  action: verb,
  valence: listOf(valenceSchema, eventLimits.valence, 'valence changes').default([]),
  causality: causalitySchema.prefault({}),
  modality: z.enum(modalities, `must be one of ${modalities.join(', ')}`).default('actual'),
  source: term('Who tells it; SYSTEM: Orrery itself', 256).default('API'),
  keywords: listOf(term('Keyword', 256), eventLimits.keywords, 'keywords').default([]),
  location: locationSchema.optional(),
  items: listOf(itemSchema, eventLimits.items, 'items').optional(),
  data: boundedObjectSchema(eventLimits.dataBytes).prefault({}),
})

/** An event as it is told; what comes out has its defaults. */
export const chronicleEventSchema = fields
  .superRefine((event, context) => {
    const known = new Set(
      event.actors.flatMap(({ entityId, name }) => (entityId === undefined ? [name] : [entityId, name])),
    )
    for (const [index, valence] of event.valence.entries()) {
      for (const side of ['source', 'target'] as const) {
        if (known.has(valence[side])) continue
        const message = 'must be the name or the entityId of an actor of the event'
        context.addIssue({ code: 'custom', path: ['valence', index, side], message })
      }
    }
    if (Buffer.byteLength(JSON.stringify(event)) > eventLimits.eventBytes)
      context.addIssue({
        code: 'custom',
        message: `must have at most ${eventLimits.eventBytes} bytes as JSON`,
      })
  })
  .transform((event) => event as ChronicleEvent)
  .meta({ id: 'ChronicleEvent' })

/** Several events in one body. */
export const eventBatchSchema = z.strictObject({
  events: listOf(chronicleEventSchema, batchEventLimit, 'events').min(1, 'must not be empty'),
})
