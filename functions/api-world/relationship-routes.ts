import * as z from 'zod'
import { notFound } from '#platform/http/problem'
import { wholeNumber } from '#platform/http/query-fields'
import { type Route, route } from '#platform/http/route'
import { entitiesAtDepth, type Hierarchy } from '#world/hierarchy'
import { readHierarchy, readSubtree } from '#world/read/hierarchy'
import { listRelationships } from '#world/read/relationships'
import { idSchema, relationshipTypeSchema } from '#world/schemas'
import { type ApiContext, decodeCursor, nextLink, readWorld } from '../api-context.ts'
import { degradedHeader } from '../degraded-header.ts'
import { asOf, cursor, limit, relationshipSchema, worldPath, writeResponses } from './schemas.ts'
import { answerWrite } from './world-routes.ts'

const listQuery = z.strictObject({
  limit,
  cursor,
  asOf,
  source: idSchema.optional(),
  target: idSchema.optional(),
  entity: idSchema.optional().meta({ description: 'Either end' }),
  type: relationshipTypeSchema.optional(),
})

const start = { sourceId: '', targetId: '', type: '' }
const position = z.tuple([z.string(), z.string(), z.string()])

const list = route<ApiContext, typeof worldPath, typeof listQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/relationships',
  operationId: 'listRelationships',
  summary: 'Relationships in order of source, target and type, filtered',
  pathSchema: worldPath,
  querySchema: listQuery,
  responses: {
    200: {
      description: 'Relationships',
      schema: z.object({ seq: z.int(), relationships: z.array(relationshipSchema) }),
    },
  },
  handle: (context, { tenantId, path, query, url }) =>
    readWorld(
      context,
      tenantId,
      path.world,
      query.asOf,
      async (client, { worldId, seq, degraded }) => {
        const after = decodeCursor(query.cursor, parsePosition) ?? start
        const filter = {
          sourceId: query.source,
          targetId: query.target,
          entityId: query.entity,
          type: query.type,
        }
        const found = await listRelationships(
          client,
          worldId,
          filter,
          query.asOf ?? null,
          after,
          query.limit + 1,
        )
        const page = found.slice(0, query.limit)
        const last = page.at(-1)
        const headers = {
          ...degradedHeader({ degraded }),
          ...(found.length > page.length && nextLink(url, [last!.sourceId, last!.targetId, last!.type])),
        }
        return { status: 200, headers, body: { seq: query.asOf ?? seq, relationships: page } }
      },
      { kinds: ['history'] },
    ),
})

const parsePosition = (value: unknown) => {
  const parsed = position.safeParse(value)
  return parsed.success
    ? { sourceId: parsed.data[0], targetId: parsed.data[1], type: parsed.data[2] }
    : undefined
}

const removeQuery = z.strictObject({ source: idSchema, target: idSchema, type: relationshipTypeSchema })

const remove = route<ApiContext, typeof worldPath, typeof removeQuery, never>({
  method: 'DELETE',
  path: '/worlds/{world}/relationships',
  operationId: 'deleteRelationship',
  summary: 'Deletes the relationship of that type from source to target',
  pathSchema: worldPath,
  querySchema: removeQuery,
  responses: writeResponses,
  handle: (context, { origin, path: { world }, query }) => {
    const relationship = { sourceId: query.source, targetId: query.target, type: query.type }
    return answerWrite(
      context,
      {
        ...origin,
        world,
        mustExist: true,
        commands: [{ kind: 'delete-relationship', relationship }],
      },
      'query',
    )
  },
})

const hierarchyQuery = z.strictObject({
  parent: idSchema.optional().meta({ description: 'Only the part below this entity' }),
  depth: wholeNumber(0, 1_000_000).optional().meta({ description: 'Only entities at this depth' }),
  asOf,
})

const hierarchySchema = z
  .object({
    seq: z.int(),
    maxDepth: z.int(),
    roots: z.array(z.string()).meta({ description: 'Entities without a parent, at depth 0' }),
    parents: z.record(z.string(), z.string()).meta({ description: 'Parent by child' }),
    children: z.record(z.string(), z.array(z.string())).meta({ description: 'Children by parent' }),
    depths: z.record(z.string(), z.int()),
  })
  .meta({ id: 'Hierarchy' })

const levelSchema = z
  .object({ seq: z.int(), maxDepth: z.int(), depth: z.int(), entities: z.array(z.string()) })
  .meta({ id: 'HierarchyLevel' })

const hierarchy = route<ApiContext, typeof worldPath, typeof hierarchyQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/hierarchy',
  operationId: 'getHierarchy',
  summary: 'The forest of relationships of type hierarchy, whole, below an entity, or one level of it',
  pathSchema: worldPath,
  querySchema: hierarchyQuery,
  responses: {
    200: {
      description: 'The forest, or with `depth` one level',
      schema: z.union([hierarchySchema, levelSchema]),
    },
  },
  handle: (context, { tenantId, path, query }) =>
    readWorld(
      context,
      tenantId,
      path.world,
      query.asOf,
      async (client, { worldId, seq }) => {
        const at = query.asOf ?? null
        const part =
          query.parent === undefined
            ? await readHierarchy(client, worldId, at)
            : await readSubtree(client, worldId, query.parent, at)
        if (part === undefined) throw notFound(`there is no entity '${query.parent}' in '${path.world}'`)
        const head = { seq: query.asOf ?? seq, maxDepth: part.maxDepth }
        if (query.depth === undefined) return { status: 200, stream: hierarchyJson({ ...head }, part) }
        return {
          status: 200,
          body: { ...head, depth: query.depth, entities: entitiesAtDepth(part, query.depth) },
        }
      },
      { kinds: ['history'] },
    ),
})

/** A forest of a million entities is some 60 MB of JSON: it leaves in pieces. */
async function* hierarchyJson(
  head: object,
  { roots, parents, children, depths }: Hierarchy,
): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"roots":${JSON.stringify(roots)}`
  for (const [name, map] of Object.entries({ parents, children, depths })) yield* mapJson(name, map)
  yield '}'
}

function* mapJson(name: string, map: Map<string, unknown>): Generator<string> {
  yield `,${JSON.stringify(name)}:{`
  let piece = ''
  let separator = ''
  for (const [key, value] of map) {
    piece += `${separator}${JSON.stringify(key)}:${JSON.stringify(value)}`
    separator = ','
    if (piece.length < 65_536) continue
    yield piece
    piece = ''
  }
  yield `${piece}}`
}

export const relationshipRoutes: Route<ApiContext>[] = [list, remove, hierarchy]
