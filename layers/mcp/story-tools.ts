import * as z from 'zod'
import { modalities } from '#chronicle/chronicle-event'
import { coordinateLimitUnits, idSchema } from '#world/schemas'
import { ask, path } from './api-caller.ts'
import { asOf, cursor, limit, pathId, storyTime, wholeNumber, world } from './fields.ts'
import { graphTools } from './graph-tools.ts'
import { questionTools } from './question-tools.ts'
import { type Tool, tool } from './tool.ts'

const chronicle = pathId('Id of the chronicle')
const text = (maxLength: number) =>
  z
    .string('must be text')
    .min(1, 'must not be empty')
    .max(maxLength, `must have at most ${maxLength} characters`)
    .optional()

const chronicles = tool({
  name: 'list_chronicles',
  title: 'List chronicles',
  description:
    'The chronicles of a world: what is told of it, each with an id, a title and how many events it has.',
  input: z.strictObject({ world, limit, cursor }),
  kind: 'read',
  run: async ({ api }, query) => {
    const content = await ask(api, { method: 'GET', path: '/api/chronicles', query })
    return { text: `Chronicles of ${query.world}`, content }
  },
})

const events = tool({
  name: 'chronicle_events',
  title: 'Read or search a chronicle',
  description:
    'Events of a chronicle in the order of the story: actors, action, what it did to what they feel for each other, and its causes. Filters hold all at once; q searches summaries, names and keywords by words, as a web search does.',
  input: z.strictObject({
    ...{ world, chronicle },
    ...{ from: storyTime, to: storyTime, type: text(256), action: text(256) },
    actor: text(1_024).meta({ description: 'Name or entity id' }),
    ...{ keyword: text(256), source: text(256) },
    modality: z.enum(modalities, `must be one of ${modalities.join(', ')}`).optional(),
    q: text(1_024).meta({ description: 'Words to search for, such as: lamp -oil "old harbour"' }),
    order: z
      .enum(['asc', 'desc'], 'must be asc or desc')
      .optional()
      .meta({ description: 'desc: the latest first' }),
    ...{ asOf, limit, cursor },
  }),
  kind: 'read',
  run: async ({ api }, { chronicle, ...query }) => {
    const content = await ask(api, { method: 'GET', path: path`/api/chronicles/${chronicle}/events`, query })
    return { text: `Events of ${chronicle}`, content }
  },
})

const radiusRule = `must be at most 2^40 (${coordinateLimitUnits}), and not negative`

const askContext = tool({
  name: 'ask_context',
  title: 'Context for a question',
  description:
    'Everything in a chronicle and its world that bears on a question in plain words, within a budget of tokens: events found, the state and relationships of whoever is in them, their surroundings, contradictions; each with a citation (event id, seq). Call it before you answer anything about the story, and cite what you use.',
  input: z.strictObject({
    ...{ world, chronicle },
    question: z
      .string('must be text')
      .min(1, 'must not be empty')
      .max(1_024, 'must have at most 1024 characters'),
    tokenBudget: wholeNumber(100, 100_000)
      .optional()
      .meta({ description: 'Of the text of the answer, which stays below it; default: 4000' }),
    entities: z
      .array(idSchema, 'must be an array of ids')
      .max(32, 'must have at most 32 ids')
      .optional()
      .meta({ description: 'Ids of who is asked about, whatever is found' }),
    ...{ asOf, from: storyTime, to: storyTime },
    radius: z
      .number('must be a number')
      .min(0, radiusRule)
      .max(coordinateLimitUnits, radiusRule)
      .optional()
      .meta({ description: 'Of surroundings, in world units; default: 100' }),
  }),
  kind: 'read',
  run: async ({ api }, { world, chronicle, ...body }) => {
    const content = await ask(api, {
      method: 'POST',
      path: path`/api/chronicles/${chronicle}/ask-context`,
      ...{ query: { world }, body },
    })
    return { text: `Context for: ${body.question}`, content }
  },
})

const timeline = tool({
  name: 'timeline',
  title: 'Timeline of an entity',
  description:
    'What happened to an entity, in the order of the story, each step with the event that says so; and, apart, what else changed it, in order of seq.',
  input: z.strictObject({
    ...{ world, id: pathId('Of the entity'), from: storyTime, to: storyTime, asOf, limit, cursor },
  }),
  kind: 'read',
  run: async ({ api }, { id, ...query }) => {
    const content = await ask(api, { method: 'GET', path: path`/api/entities/${id}/timeline`, query })
    return { text: `Timeline of ${id}`, content }
  },
})

export const storyTools: Tool[] = [
  ...[chronicles, events, askContext, timeline],
  ...graphTools,
  ...questionTools,
]
