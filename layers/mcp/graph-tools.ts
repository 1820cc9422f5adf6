import * as z from 'zod'
import { questionLimits } from '#chronicle/questions/limits'
import { idSchema, relationshipTypeSchema } from '#world/schemas'
import { ask, path } from './api-caller.ts'
import { asOf, cursor, limit, pathId, wholeNumber, world } from './fields.ts'
import { type Tool, tool } from './tool.ts'

const chronicle = pathId('Id of the chronicle')

const entities = tool({
  name: 'chronicle_entities',
  title: 'Who acts in a chronicle',
  description:
    'Whoever acts in a chronicle and how they stand, now or as of a seq: state, place, in how many events; in order of id.',
  input: z.strictObject({ world, chronicle, asOf, limit, cursor }),
  kind: 'read',
  run: async ({ api }, { chronicle, ...query }) => {
    const content = await ask(api, {
      ...{ method: 'GET', path: path`/api/chronicles/${chronicle}/entities`, query },
    })
    return { text: `Who acts in ${chronicle}`, content }
  },
})

const relationships = tool({
  name: 'chronicle_relationships',
  title: 'Relationships of a chronicle',
  description:
    'What whoever acts in a chronicle has with others: a graph of nodes and edges with strengths, each edge with the events that explain it.',
  input: z.strictObject({
    ...{ world, chronicle },
    type: relationshipTypeSchema.optional().meta({ description: 'Such as trust; default: all' }),
    minStrength: z.number('must be a number').optional().meta({ description: 'Edges at least so strong' }),
    entity: idSchema.optional().meta({ description: 'Edges with this end only' }),
    ...{ asOf, cursor },
    limit: wholeNumber(1, questionLimits.graphEdges).default(50).meta({ description: 'Edges of the page' }),
  }),
  kind: 'read',
  run: async ({ api }, { chronicle, ...query }) => {
    const content = await ask(api, {
      ...{ method: 'GET', path: path`/api/chronicles/${chronicle}/relationships`, query },
    })
    return { text: `Relationships in ${chronicle}`, content }
  },
})

const consistency = tool({
  name: 'chronicle_consistency',
  title: 'Contradictions of a chronicle',
  description:
    'What a chronicle says that cannot be so, such as somebody who acts after they died, with the events that contradict each other. Call it before you rely on a story, and after you record events.',
  input: z.strictObject({
    ...{ world, chronicle },
    entity: idSchema.optional().meta({ description: 'Of this entity only' }),
    ...{ asOf, limit },
  }),
  kind: 'read',
  run: async ({ api }, { chronicle, ...query }) => {
    const content = await ask(api, {
      ...{ method: 'GET', path: path`/api/chronicles/${chronicle}/consistency`, query },
    })
    const count = (content.contradictions as unknown[] | undefined)?.length ?? 0
    return {
      text: `${count} ${count === 1 ? 'contradiction' : 'contradictions'} in ${content.checked} events of ${chronicle}`,
      content,
    }
  },
})

const causes = tool({
  name: 'event_causes',
  title: 'Causes of an event',
  description:
    'What led to an event of a chronicle (direction up), or what it led to (down), over so many steps: a graph of events. Events that are only named, and not told yet, are there with told: false.',
  input: z.strictObject({
    ...{ world, chronicle, event: pathId('Id of the event') },
    direction: z
      .enum(['up', 'down'], 'must be up or down')
      .optional()
      .meta({ description: 'up (default): what led to it; down: what it led to' }),
    depth: wholeNumber(1, 32).optional().meta({ description: 'Steps at most; default: 3' }),
    limit: wholeNumber(1, 1_000).default(50).meta({ description: 'Events at most' }),
  }),
  kind: 'read',
  run: async ({ api }, { chronicle, event, ...query }) => {
    const content = await ask(api, {
      ...{ method: 'GET', path: path`/api/chronicles/${chronicle}/events/${event}/causes`, query },
    })
    return { text: `What ${query.direction === 'down' ? `${event} led to` : `led to ${event}`}`, content }
  },
})

/** What a chronicle says of those who act in it, and of its events, as graphs and lists. */
export const graphTools: Tool[] = [entities, relationships, consistency, causes]
