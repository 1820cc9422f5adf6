import * as z from 'zod'
import { chronicleIdSchema, eventIdSchema } from '#chronicle/schemas'
import { classTypeSchema, coordinateLimitUnits, relationshipTypeSchema } from '#world/schemas'
import { ask } from './api-caller.ts'
import { asOf, limit, storyTime, world } from './fields.ts'
import { type Tool, tool } from './tool.ts'

interface QuestionDefinition {
  /** The last part of its path; that of the tool has _ for -. */
  name: string
  title: string
  description: string
  fields: z.ZodRawShape
}

const common = { world, asOf, limit }
const whoRule = 'must be the id of an entity, or its name'
const entity = (whose: string) =>
  z
    .string(whoRule)
    .min(1, whoRule)
    .max(1_024, 'must have at most 1024 characters')
    .meta({ description: `${whose}: its id, or its name where no other has it` })
const event = {
  chronicle: chronicleIdSchema.meta({ description: 'Id of the chronicle' }),
  event: eventIdSchema.meta({ description: 'Its id' }),
}
const relationshipType = relationshipTypeSchema.meta({ description: 'Such as trust, affection, fear' })
const radiusRule = `must be at most 2^40 (${coordinateLimitUnits}), and not negative`
const radius = z
  .number('must be a number')
  .min(0, radiusRule)
  .max(coordinateLimitUnits, radiusRule)
  .meta({ description: 'World units' })

/** One for each row of the API's table of questions (functions/api-chronicle/questions/question-table.ts). */
const definitions: QuestionDefinition[] = [
  {
    name: 'characters-at-place',
    title: 'Who is at a place and trusts somebody',
    description:
      'Characters at a place who trust somebody, or whom somebody trusts, more than a bound; strongest first.',
    fields: {
      ...common,
      place: entity('The place'),
      of: entity('Whoever is trusted, or trusts'),
      direction: z
        .enum(['toward', 'from'], 'must be toward or from')
        .optional()
        .meta({ description: 'toward (default): who trusts `of`; from: whom `of` trusts' }),
      type: relationshipType.optional().meta({ description: 'Default: trust' }),
      over: z.number('must be a number').optional().meta({ description: 'More than this; default: 0' }),
      class: classTypeSchema.optional().meta({ description: 'Such as Character; default: any' }),
      radius: radius.optional().meta({ description: 'World units around the place that count as at it' }),
    },
  },
  {
    name: 'relationship-changes',
    title: 'What changed a relationship',
    description:
      'What changed what two entities have between them, either way, in the order of the story: each change with its event, the strength before and after.',
    fields: {
      ...common,
      a: entity('One'),
      b: entity('The other'),
      type: relationshipType.optional(),
    },
  },
  {
    name: 'item-holders',
    title: 'Who has held an item',
    description: 'Who has held an item, from which event to which; the last one may hold it still.',
    fields: {
      ...common,
      item: z
        .string('must be text')
        .min(1, 'must not be empty')
        .max(1_024, 'must have at most 1024 characters')
        .meta({ description: 'Id of an entity, or a name however it is written' }),
    },
  },
  {
    name: 'what-happened',
    title: 'What happened to an entity',
    description:
      'What happened to an entity, in the order of the story, and how and where it is now (or was, with asOf). timeline has pages, and changes that no event tells of.',
    fields: { ...common, entity: entity('The entity'), from: storyTime, to: storyTime },
  },
  {
    name: 'present-at',
    title: 'Who was present at an event',
    description:
      'Who was present at an event and in which roles, how they stand today, and what they have between them.',
    fields: { world, asOf, ...event },
  },
  {
    name: 'within-of-event',
    title: 'Who was near an event',
    description: 'Who was within a radius of an event when it happened in the story, nearest first.',
    fields: { ...common, ...event, radius },
  },
]

const questionTool = ({ name, title, description, fields }: QuestionDefinition): Tool =>
  tool({
    ...{ name: name.replaceAll('-', '_'), title, description, kind: 'read' },
    input: z.strictObject(fields),
    run: async ({ api }, args) => {
      const query = args as Record<string, string | number | undefined>
      const content = await ask(api, { method: 'GET', path: `/api/questions/${name}`, query })
      return { text: `${title}, as of seq ${content.seq}, from the ${content.source}`, content }
    },
  })

export const questionTools: Tool[] = definitions.map(questionTool)
