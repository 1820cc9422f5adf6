import * as z from 'zod'
import { charactersAtPlace } from '#chronicle/questions/characters-at-place'
import { itemHolders } from '#chronicle/questions/item-holders'
import { presentAt } from '#chronicle/questions/present-at'
import { relationshipChanges } from '#chronicle/questions/relationship-changes'
import type { QuestionSource } from '#chronicle/questions/source'
import { whatHappened } from '#chronicle/questions/what-happened'
import { withinOfEvent } from '#chronicle/questions/within-of-event'
import { notFound } from '#platform/http/problem'
import * as fields from './fields.ts'
import { whoIs, whoIsThere } from './who.ts'

/** A question that has a name: what a route, the docs and other ways to ask it are made of. */
export interface Question<T extends z.ZodObject = z.ZodObject> {
  /** The last part of its path. */
  name: string
  operationId: string
  summary: string
  /** Of its query, with `world` and `asOf`. */
  schema: T
  ask(source: QuestionSource, asked: z.output<T>): Promise<object>
}

const question = <T extends z.ZodObject>(one: Question<T>): Question => one as unknown as Question

const eventOf = { chronicle: fields.chronicle, event: fields.event }

const untold = ({ chronicle, event }: { chronicle: string; event: string }) =>
  notFound(`there is no event '${event}' in the chronicle '${chronicle}'`)

export const questions: readonly Question[] = [
  question({
    name: 'characters-at-place',
    operationId: 'askCharactersAtPlace',
    summary:
      'Characters at a place who trust somebody, or whom somebody trusts, over a bound; strongest first',
    schema: z.strictObject({
      ...fields.common,
      place: fields.who,
      of: fields.who,
      direction: z
        .enum(['toward', 'from'], 'must be toward or from')
        .default('toward')
        .meta({ description: 'toward: who trusts `of`; from: whom `of` trusts' }),
      type: fields.relationshipType.default('trust'),
      over: fields.strength.prefault('0'),
      class: fields.classType.optional().meta({ description: 'Default: any' }),
      radius: fields.radius.optional(),
    }),
    ask: async (source, { class: classType, ...asked }) => {
      const place = await whoIsThere(source, 'place', asked.place)
      const of = await whoIsThere(source, 'of', asked.of)
      return { characters: await charactersAtPlace(source, { ...asked, place, of, classType }) }
    },
  }),
  question({
    name: 'relationship-changes',
    operationId: 'askRelationshipChanges',
    summary: 'What changed what two have between them, either way, in the order of the story',
    schema: z.strictObject({
      ...{ ...fields.common, a: fields.who, b: fields.who },
      type: fields.relationshipType.optional(),
    }),
    ask: async (source, asked) => {
      const [a, b] = [await whoIs(source, 'a', asked.a), await whoIs(source, 'b', asked.b)]
      return { changes: await relationshipChanges(source, { ...asked, a, b }) }
    },
  }),
  question({
    name: 'item-holders',
    operationId: 'askItemHolders',
    summary: 'Who has held an item, from when to when in the story',
    schema: z.strictObject({ ...fields.common, item: fields.itemName }),
    ask: async (source, asked) => ({ holders: await itemHolders(source, asked) }),
  }),
  question({
    name: 'what-happened',
    operationId: 'askWhatHappened',
    summary: 'What happened to an entity, in the order of the story, and how and where it is',
    schema: z.strictObject({
      ...{ ...fields.common, entity: fields.who, from: fields.storyTime, to: fields.storyTime },
    }),
    ask: async (source, { entity: text, from, to, limit }) => {
      const entityId = await whoIs(source, 'entity', text)
      const range = {
        ...{ limit, from: from === undefined ? undefined : Date.parse(from) },
        to: to === undefined ? undefined : Date.parse(to),
      }
      const { entity, events, next } = await whatHappened(source, entityId, range)
      if (entity === null && events.length === 0)
        throw notFound(`nothing is known of '${text}', as an id or as a name`)
      return { entity, events, more: next !== undefined }
    },
  }),
  question({
    name: 'present-at',
    operationId: 'askPresentAt',
    summary: 'Who was present at an event, how they stand, and what they have between them',
    schema: z.strictObject({ world: fields.common.world, asOf: fields.common.asOf, ...eventOf }),
    ask: async (source, asked) => {
      const answer = await presentAt(source, { chronicleId: asked.chronicle, eventId: asked.event })
      if (answer === undefined) throw untold(asked)
      return answer
    },
  }),
  question({
    name: 'within-of-event',
    operationId: 'askWithinOfEvent',
    summary: 'Who was within a radius of an event when it happened in the story, by told positions',
    schema: z.strictObject({ ...fields.common, ...eventOf, radius: fields.radius }),
    ask: async (source, { chronicle, event, radius, limit }) => {
      const asked = { chronicleId: chronicle, eventId: event, radius, limit }
      const answer = await withinOfEvent(source, asked)
      if (answer === undefined) throw untold({ chronicle, event })
      return answer
    },
  }),
]
