import * as z from 'zod'
import { relationshipTypeSchema } from '#world/schemas'
import { ask, path } from './api-caller.ts'
import { asOf, cursor, limit, namedWorld, pathId, wholeNumber, world } from './fields.ts'
import { type Tool, tool } from './tool.ts'

const counted = (list: unknown, one: string, many: string): string => {
  const count = Array.isArray(list) ? list.length : 0
  return `${count} ${count === 1 ? one : many}`
}

const listWorlds = tool({
  name: 'list_worlds',
  title: 'List worlds',
  description:
    'The worlds that you can read, in order of name, with the number of their entities and relationships, their seq (how many events their log has) and, for a fork, its parent. Start here when you do not know the name of a world.',
  input: z.strictObject({ limit, cursor }),
  kind: 'read',
  run: async ({ api }, query) => {
    const content = await ask(api, { method: 'GET', path: '/worlds', query })
    return { text: counted(content.worlds, 'world', 'worlds'), content }
  },
})

const describeWorld = tool({
  name: 'describe_world',
  title: 'Describe a world',
  description:
    'A world: how much it holds, its settings, what it was forked of, and its component types with their JSON Schemas. Call it before you write a query over components or set one, to learn their names and fields.',
  input: z.strictObject({ world }),
  kind: 'read',
  run: async ({ api }, { world }) => {
    const described = await ask(api, { method: 'GET', path: path`/worlds/${world}` })
    const types = await ask(api, { method: 'GET', path: path`/worlds/${world}/component-types` })
    return {
      text: `World ${world} at seq ${described.seq}: ${described.entityCount} entities, ${described.relationshipCount} relationships`,
      content: { ...described, ...types },
    }
  },
})

const query = tool({
  name: 'query',
  title: 'Query entities',
  description:
    'Which entities of a world meet a condition, now or at a moment of the past. The query is text, for example: Position.x > 10 and (Health.current < 5 or !Health) and ->trusts(min 0.5) of "hero". Conditions: Health (has the component), comparisons and `in`, `between`, `exists`, `contains` on paths into components, has tag "warm", name ~ "part", ->type of "id" and <-type of "id" (relationships; {1,3} steps), under "id" and above "id" (hierarchy), in box(…), in sphere(x,y,z, r), near "id" within r; `and`, `or`, `!`. Clauses after it: select name, Health; count; group by Status.state count; sort by Health.current desc; limit 20. A wrong query is refused with the position of the fault.',
  input: z.strictObject({
    world,
    query: z
      .union([z.string(), z.looseObject({})], 'must be a query, as text or JSON')
      .meta({ description: 'In the query language, which the resource orrery://query.md has whole' }),
    asOf: z
      .union([z.int().min(0), z.iso.datetime({ offset: true })], 'must be a seq or an ISO 8601 time')
      .optional()
      .meta({ description: 'A seq of the log, or a time such as 2026-11-21T12:00:00Z; default: now' }),
    limit: wholeNumber(1, 200).optional().meta({ description: 'Of the page; default: that of the query' }),
    cursor: z.string().optional().meta({ description: '`cursor` of the answer before, with the same query' }),
    explain: z.boolean().optional().meta({ description: 'Say how it would be answered, instead' }),
  }),
  kind: 'read',
  run: async ({ api }, { world, ...body }) => {
    const content = await ask(api, {
      method: 'POST',
      path: path`/worlds/${world}/query`,
      body,
    })
    const found =
      content.count ??
      (content.groups === undefined ? counted(content.entities, 'entity', 'entities') : 'Groups')
    return {
      text: `${found} at seq ${content.seq}${content.cursor === undefined ? '' : '; there are more'}`,
      content,
    }
  },
})

const entity = tool({
  name: 'entity',
  title: 'Read an entity',
  description:
    'One entity whole: name, class, written position, tags, parameters, components, and where the simulation has it now (physics). With asOf: as it stood then.',
  input: z.strictObject({ world, id: pathId('Of the entity'), asOf }),
  kind: 'read',
  run: async ({ api }, { world, id, asOf }) => {
    const content = await ask(api, {
      ...{ method: 'GET', path: path`/worlds/${world}/entities/${id}`, query: { asOf } },
    })
    return { text: `${content.name} (${content.classType}), as of seq ${asOf ?? content.seq}`, content }
  },
})

const relationships = tool({
  name: 'relationships',
  title: 'List relationships',
  description:
    'Relationships of a world (directed, typed, with a strength), filtered by source, target, either end (entity) or type. The type `hierarchy` makes the source the parent of the target.',
  input: z.strictObject({
    world,
    entity: pathId('Either end').optional(),
    source: pathId('Where it comes from').optional(),
    target: pathId('Where it leads').optional(),
    type: relationshipTypeSchema.optional(),
    ...{ asOf, limit, cursor },
  }),
  kind: 'read',
  run: async ({ api }, { world, ...query }) => {
    const content = await ask(api, { method: 'GET', path: path`/worlds/${world}/relationships`, query })
    return { text: counted(content.relationships, 'relationship', 'relationships'), content }
  },
})

const coordinate = z.number('must be a finite number')

const near = tool({
  name: 'near',
  title: 'What is near a point',
  description:
    'Entities near a point of a world, nearest first, by where the simulation has them now: within the radius r, or the k nearest. One of r and k must be given. For what is near an entity, read its position first.',
  input: z
    .strictObject({
      world,
      ...{ x: coordinate, y: coordinate, z: coordinate },
      r: z.number('must be a number').min(0, 'must be at least 0').optional().meta({ description: 'Units' }),
      k: wholeNumber(1, 200).optional().meta({ description: 'How many' }),
    })
    .refine(({ r, k }) => r !== undefined || k !== undefined, {
      path: ['r'],
      message: 'one of r (radius) and k (how many) must be given',
    }),
  kind: 'read',
  run: async ({ api }, { world, ...query }) => {
    const content = await ask(api, { method: 'GET', path: path`/worlds/${world}/near`, query })
    return { text: counted(content.entities, 'entity', 'entities'), content }
  },
})

const diff = tool({
  name: 'diff',
  title: 'Compare two worlds',
  description:
    'What leads from world a to world b: a summary, then entities and relationships that were created, deleted or changed, with old and new values. Call it after writing to a fork: a is the world, b the fork.',
  input: z.strictObject({
    a: namedWorld('The first world'),
    b: namedWorld('The second world'),
    ...{ atA: asOf, atB: asOf, limit, cursor },
  }),
  kind: 'read',
  run: async ({ api }, { a, b, ...query }) => {
    const content = await ask(api, { method: 'GET', path: path`/worlds/${a}/diff/${b}`, query })
    const differ = counted(content.entities, 'entity differs', 'entities differ')
    return { text: `${differ} on this page, from ${a} to ${b}`, content }
  },
})

const request = tool({
  name: 'request_outcome',
  title: 'What became of a write',
  description: 'The outcome of a write whose answer was `waiting` or was lost, by its request id and world.',
  input: z.strictObject({ world, requestId: pathId('Of the write') }),
  kind: 'read',
  run: async ({ api }, { world, requestId }) => {
    const content = await ask(api, {
      ...{ method: 'GET', path: path`/requests/${requestId}`, query: { world } },
    })
    return { text: `The request is ${content.status}`, content }
  },
})

export const readTools: Tool[] = [
  ...[listWorlds, describeWorld, query, entity, relationships, near, diff, request],
]
