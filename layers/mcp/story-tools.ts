import * as z from 'zod'
import { ask, path } from './api-caller.ts'
import { asOf, cursor, limit, pathId, wholeNumber, world } from './fields.ts'
import { type Tool, tool } from './tool.ts'

const chronicle = pathId('Id of the chronicle')
const text = z.string('must be text').max(1_024, 'must have at most 1024 characters').optional()
const storyTime = text.meta({ description: 'A time of the story, ISO 8601 with an offset' })

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
    'Events of a chronicle in the order of the story: actors, action, what it did to what they feel for each other, and its causes. Filters hold all at once; q searches summaries and names by words and likeness.',
  input: z.strictObject({
    ...{ world, chronicle },
    ...{ from: storyTime, to: storyTime, type: text, action: text },
    actor: text.meta({ description: 'Name or entity id' }),
    ...{ keyword: text, q: text },
    order: z.enum(['asc', 'desc']).optional().meta({ description: 'desc: the latest first' }),
    ...{ limit, cursor },
  }),
  kind: 'read',
  run: async ({ api }, { chronicle, ...query }) => {
    const content = await ask(api, { method: 'GET', path: path`/api/chronicles/${chronicle}/events`, query })
    return { text: `Events of ${chronicle}`, content }
  },
})

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
      .max(4_096, 'must have at most 4096 characters'),
    tokenBudget: wholeNumber(1, 100_000).optional().meta({ description: 'Of the answer, about' }),
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
    'What happened to an entity, in the order of the story, each step with the event that says so.',
  input: z.strictObject({ world, id: pathId('Of the entity'), asOf, limit, cursor }),
  kind: 'read',
  run: async ({ api }, { id, ...query }) => {
    const content = await ask(api, { method: 'GET', path: path`/api/entities/${id}/timeline`, query })
    return { text: `Timeline of ${id}`, content }
  },
})

export const storyTools: Tool[] = [chronicles, events, askContext, timeline]
