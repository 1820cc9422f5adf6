import type pg from 'pg'
import * as z from 'zod'
import { notFound } from '#platform/http/problem'
import { numberList, wholeNumber } from '#platform/http/query-fields'
import { type Route, route } from '#platform/http/route'
import { maxStaleLimitMs } from '#world/cache/entity-cache'
import { defaultRotation, defaultScale } from '#world/components'
import { listEntities, readEntity } from '#world/read/entities'
import type { World } from '#world/read/worlds'
import {
  classTypeSchema,
  componentsSchema,
  extraSchema,
  nameSchema,
  parametersSchema,
  positionSchema,
  rotationSchema,
  scaleSchema,
  tagsSchema,
} from '#world/schemas'
import { type ApiContext, decodeCursor, nextLink, readWorld } from '../api-context.ts'
import { degradedHeader } from '../degraded-header.ts'
import { answerEntities, answerEntity } from '../sealed-answers.ts'
import { answerThroughCache, cacheHeaders } from './cached-entity.ts'
import { readPastBody } from './past-physics.ts'
import {
  asOf,
  cursor,
  entityPath,
  entitySchema,
  entityWithPhysicsSchema,
  limit,
  worldPath,
  writeResponses,
} from './schemas.ts'
import { answerWrite } from './world-routes.ts'

const listQuery = z.strictObject({
  limit,
  cursor,
  asOf,
  class_type: z.string().optional(),
  tag: z.string().optional(),
  flux: numberList(undefined, 'must be flux positions such as 3,6,9')
    .refine(
      (values) => values.every((value) => Number.isInteger(value) && value >= 1 && value <= 9),
      'must be whole numbers of 1 to 9',
    )
    .optional(),
  depth: wholeNumber(0, 1_000_000).optional().meta({ description: 'Depth in the hierarchy; 0: no parent' }),
  box: numberList(6, 'must be six numbers: minX,minY,minZ,maxX,maxY,maxZ')
    .optional()
    .meta({ description: 'Of written positions' }),
})

const list = route<ApiContext, typeof worldPath, typeof listQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/entities',
  operationId: 'listEntities',
  summary: 'Entities in order of id, filtered',
  pathSchema: worldPath,
  querySchema: listQuery,
  responses: {
    200: {
      description: 'Entities; seq: what was read',
      schema: z.object({ seq: z.int(), entities: z.array(entitySchema) }),
    },
  },
  handle: async (context, { tenantId, principal, origin, path, query, url }) => {
    const read = async (client: pg.PoolClient, { worldId, seq, degraded }: World) => {
      const after =
        decodeCursor(query.cursor, (value) => (typeof value === 'string' ? value : undefined)) ?? ''
      const filter = {
        classType: query.class_type,
        tag: query.tag,
        flux: query.flux,
        depth: query.depth,
        box: query.box,
      }
      const found = await listEntities(client, worldId, filter, query.asOf ?? null, after, query.limit + 1)
      return { found, seq: query.asOf ?? seq, degraded }
    }
    const { found, seq, degraded } = await readWorld(context, tenantId, path.world, query.asOf, read, {
      kinds: ['history'],
    })
    const page = found.slice(0, query.limit)
    const headers = {
      ...degradedHeader({ degraded }),
      ...(found.length > page.length ? nextLink(url, page.at(-1)!.id) : {}),
    }
    const entities = await answerEntities(context, { tenantId, principal, origin }, page)
    return { status: 200, headers, body: { seq, entities } }
  },
})

const getQuery = z.strictObject({
  asOf,
  maxStaleMs: wholeNumber(0, maxStaleLimitMs).default(0).meta({
    description:
      'How old the entity may be: it was so at most so many milliseconds ago. 0: as it is now. The headers X-Cache and Age say what was answered. Not for asOf, which does not age',
  }),
  physics: z.enum(['true', 'false'], 'must be true or false').optional().meta({
    description:
      'With asOf or maxStaleMs. Without it the simulated state is answered where it can be had within some seconds; true: 503 where that is not so; false: it is not looked for',
  }),
})

const get = route<ApiContext, typeof entityPath, typeof getQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/entities/{id}',
  operationId: 'getEntity',
  summary: 'An entity, now or as of a seq, and where the simulation had it',
  pathSchema: entityPath,
  querySchema: getQuery,
  responses: {
    200: { description: 'The entity', schema: entityWithPhysicsSchema },
    503: {
      description: 'With physics=true: no physics service can answer yet; Retry-After says when to ask',
    },
  },
  handle: async (context, { tenantId, principal, origin, path: { world, id }, query }) => {
    const reader = { tenantId, principal, origin }
    if (query.asOf === undefined && query.maxStaleMs > 0) {
      const wanted = query.physics === 'false' ? undefined : readPhysics
      return answerThroughCache(context, reader, { tenantId, world, id }, query.maxStaleMs, wanted)
    }
    const { worldId, upToTick, degraded, physics, ...read } = await readWorld(
      context,
      tenantId,
      world,
      query.asOf,
      async (client, { worldId, upToTick, degraded }) => {
        const entity = await readEntity(client, worldId, id, query.asOf ?? null)
        if (entity === undefined) {
          throw notFound(
            `there is no entity '${id}' in '${world}'${query.asOf === undefined ? '' : ` as of ${query.asOf}`}`,
          )
        }
        const physics = query.asOf === undefined ? await readPhysics(client, worldId, id) : null
        return { worldId, upToTick, degraded, entity, physics }
      },
      { kinds: ['history'], entityId: id },
    )
    const entity = await answerEntity(context, reader, read.entity)
    const headers = degradedHeader({ degraded })
    if (query.asOf === undefined)
      return {
        ...{ status: 200, headers: { ...headers, ...cacheHeaders(straight) } },
        body: { ...entity, physics },
      }
    const moment = { seq: query.asOf, upToTick }
    const past = await readPastBody(context, { tenantId, worldId, world }, id, moment, query.physics)
    return { status: 200, headers, body: { ...entity, ...past } }
  },
})

const straight = { outcome: 'miss', ageMs: 0 } as const

const selectPhysics = `
  SELECT tick, array[x, y, z] AS position, array[vx, vy, vz] AS velocity, activity
  FROM entity_physics_state WHERE world_id = $1 AND entity_id = $2`

const readPhysics = async (client: pg.ClientBase, worldId: string, entityId: string): Promise<unknown> =>
  (await client.query(selectPhysics, [worldId, entityId])).rows[0] ?? null

const remove = route<ApiContext, typeof entityPath, never, never>({
  method: 'DELETE',
  path: '/worlds/{world}/entities/{id}',
  operationId: 'deleteEntity',
  summary: 'Deletes an entity; its relationships stay, dangling',
  pathSchema: entityPath,
  responses: writeResponses,
  handle: (context, { origin, path: { world, id } }) =>
    answerWrite(
      context,
      { ...origin, world, mustExist: true, commands: [{ kind: 'delete-entity', entityId: id }] },
      'path.id',
    ),
})

const putBody = z.strictObject({
  name: nameSchema.optional().meta({ description: 'Default: the id' }),
  classType: classTypeSchema.default('Part'),
  position: positionSchema.default([0, 0, 0]),
  rotation: rotationSchema.default(defaultRotation),
  scale: scaleSchema.default(defaultScale),
  tags: tagsSchema.default([]),
  parameters: parametersSchema.prefault({}),
  extra: extraSchema.prefault({}),
  components: componentsSchema,
})

const put = route<ApiContext, typeof entityPath, never, typeof putBody>({
  method: 'PUT',
  path: '/worlds/{world}/entities/{id}',
  operationId: 'putEntity',
  summary: 'Makes an entity exactly this; creates its world with its first write',
  pathSchema: entityPath,
  bodySchema: putBody,
  responses: writeResponses,
  handle: (context, { origin, path: { world, id }, body: { components, name = id, ...fields } }) =>
    answerWrite(
      context,
      {
        ...{ ...origin, world },
        commands: [
          {
            kind: 'put-entity',
            entity: { id, name, ...fields, ...(components !== undefined && { components }) },
          },
        ],
      },
      '',
    ),
})

const moveBody = z.strictObject({ position: positionSchema })

const move = route<ApiContext, typeof entityPath, never, typeof moveBody>({
  method: 'POST',
  path: '/worlds/{world}/entities/{id}/move',
  operationId: 'moveEntity',
  summary: 'Moves an entity there at the next tick, at rest, even if that is the position last written',
  pathSchema: entityPath,
  bodySchema: moveBody,
  responses: writeResponses,
  handle: (context, { origin, path: { world, id }, body: { position } }) =>
    answerWrite(
      context,
      {
        ...origin,
        world,
        mustExist: true,
        commands: [{ kind: 'move-entity', entityId: id, position }],
      },
      'path.id',
    ),
})

export const entityRoutes: Route<ApiContext>[] = [list, get, put, remove, move]
