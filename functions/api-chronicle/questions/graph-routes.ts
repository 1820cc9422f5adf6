import * as z from 'zod'
import { checkConsistency } from '#chronicle/consistency/check'
import { chronicleEntities } from '#chronicle/questions/chronicle-entities'
import { questionLimits } from '#chronicle/questions/limits'
import { relationshipGraph } from '#chronicle/questions/relationship-graph'
import type { Edge } from '#chronicle/questions/source'
import { findChronicle } from '#chronicle/read/chronicles'
import { wholeNumber } from '#platform/http/query-fields'
import { type Route, route } from '#platform/http/route'
import { isStorableText } from '#world/json'
import { type ApiContext, decodeCursor, nextLink } from '../../api-context.ts'
import { noChronicle } from '../chronicle-routes.ts'
import { chroniclePath, worldOf } from '../schemas.ts'
import { type Ask, answerQuestion, relianceFields } from './answer-question.ts'
import * as fields from './fields.ts'

interface ChronicleInput {
  tenantId: string
  path: { id: string }
  query: { world?: string | undefined; asOf?: number | undefined }
  defaultWorld: string
  origin: { requestId: string }
}

/** As `answerQuestion`, of a chronicle that there is. */
export const askChronicle = <T extends object>(context: ApiContext, input: ChronicleInput, ask: Ask<T>) => {
  const world = worldOf(input)
  const { asOf } = input.query
  const asked = { tenantId: input.tenantId, world, asOf, requestId: input.origin.requestId }
  return answerQuestion(context, asked, async (source, found, client) => {
    const chronicle = await findChronicle(client, found.worldId, input.path.id, asOf ?? null)
    if (chronicle === undefined) throw noChronicle(input.path.id, world)
    return ask(source, found, client)
  })
}

const answers = (what: string, shape: z.ZodRawShape) => ({
  200: { description: what, schema: z.looseObject({ ...relianceFields, ...shape }) },
})

const listOfObjects = z.array(z.looseObject({}))
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && isStorableText(value) ? value : undefined

const entitiesQuery = z.strictObject(fields.paged)

const entities = route<ApiContext, typeof chroniclePath, typeof entitiesQuery, never>({
  method: 'GET',
  path: '/api/chronicles/{id}/entities',
  operationId: 'listChronicleEntities',
  summary: 'Whoever acts in a chronicle and how they stand, now or as of a seq, in order of id',
  pathSchema: chroniclePath,
  querySchema: entitiesQuery,
  responses: answers('Actors and their entities', { entities: listOfObjects }),
  handle: async (context, input) => {
    const after = decodeCursor(input.query.cursor, text) ?? ''
    const asked = { chronicleId: input.path.id, after, limit: input.query.limit }
    const { answer, ...reliance } = await askChronicle(context, input, (source) =>
      chronicleEntities(source, asked),
    )
    const headers = answer.more ? nextLink(input.url, answer.entities.at(-1)!.entityId) : {}
    return { status: 200, headers, body: { ...reliance, entities: answer.entities } }
  },
})

const graphQuery = z.strictObject({
  ...fields.paged,
  limit: wholeNumber(1, questionLimits.graphEdges).prefault('100'),
  type: fields.relationshipType.optional(),
  minStrength: fields.strength.optional(),
  entity: fields.entityId.optional().meta({ description: 'One end' }),
})

const parseEdge = (value: unknown): Omit<Edge, 'strength'> | undefined => {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [sourceId, targetId, type] = value.map(text)
  return sourceId === undefined || targetId === undefined || type === undefined
    ? undefined
    : { sourceId, targetId, type }
}

const relationships = route<ApiContext, typeof chroniclePath, typeof graphQuery, never>({
  method: 'GET',
  path: '/api/chronicles/{id}/relationships',
  operationId: 'getChronicleRelationships',
  summary:
    'What whoever acts in a chronicle has with others: a graph, with the events that explain each edge',
  pathSchema: chroniclePath,
  querySchema: graphQuery,
  responses: answers('Nodes and edges', {
    nodes: listOfObjects,
    edges: listOfObjects,
  }),
  handle: async (context, input) => {
    const { type, minStrength, entity, limit, cursor } = input.query
    const after = decodeCursor(cursor, parseEdge)
    const asked = { chronicleId: input.path.id, type, minStrength, entity, after, limit }
    const { answer, ...reliance } = await askChronicle(context, input, (source) =>
      relationshipGraph(source, asked),
    )
    const { more, ...graph } = answer
    const last = graph.edges.at(-1)
    const headers =
      more && last !== undefined ? nextLink(input.url, [last.sourceId, last.targetId, last.type]) : {}
    return { status: 200, headers, body: { ...reliance, ...graph } }
  },
})

const consistencyQuery = z.strictObject({ ...fields.common, entity: fields.entityId.optional() })

const consistency = route<ApiContext, typeof chroniclePath, typeof consistencyQuery, never>({
  method: 'GET',
  path: '/api/chronicles/{id}/consistency',
  operationId: 'checkChronicleConsistency',
  summary: 'What a chronicle says that cannot be so, with the events that contradict each other',
  pathSchema: chroniclePath,
  querySchema: consistencyQuery,
  responses: answers('Contradictions', {
    contradictions: listOfObjects,
    checked: z.int().meta({ description: 'Events' }),
    truncated: z
      .boolean()
      .meta({ description: 'More is told, or more contradicts itself, than is answered' }),
  }),
  handle: async (context, input) => {
    const { entity, limit } = input.query
    const { checkedEvents } = questionLimits
    const { answer, ...reliance } = await askChronicle(context, input, async (source) => {
      const story =
        entity === undefined
          ? await source.story(input.path.id, checkedEvents + 1)
          : (await source.timeline(entity, { limit: checkedEvents + 1 })).filter(
              ({ chronicleId }) => chronicleId === input.path.id,
            )
      const checked = story.slice(0, checkedEvents)
      const found = checkConsistency(checked)
      return {
        ...{ contradictions: found.slice(0, limit), checked: checked.length },
        truncated: story.length > checked.length || found.length > limit,
      }
    })
    return { status: 200, body: { ...reliance, ...answer } }
  },
})

export const graphRoutes: Route<ApiContext>[] = [entities, relationships, consistency]
