import type * as z from 'zod'
import { type Route, route } from '#platform/http/route'
import { readBox } from '#world/read/box'
import { readNear } from '#world/read/near'
import { boxQuery, rayQuery, spatialLimit } from '#world/spatial-query'
import { type ApiContext, readWorld } from '../api-context.ts'
import { answerFromHolder, fromHolder, search } from './from-holder.ts'
import { worldPath } from './schemas.ts'
import {
  boxSchema,
  type NearQuery,
  nearInQuery,
  nearQuery,
  nearSchema,
  notHeld,
  raySchema,
} from './spatial-schemas.ts'

const answerNear = async (
  context: ApiContext,
  tenantId: string,
  name: string,
  { x, y, z, r, k }: NearQuery,
) => {
  const { worldId } = await readWorld(context, tenantId, name, undefined, async (_, world) => world)
  const limit = k === undefined ? spatialLimit : undefined
  const asked = await fromHolder(context, tenantId, worldId, 'GET', search('near', { x, y, z, r, k, limit }))
  if (asked !== undefined)
    return { status: 200, body: { source: 'octree', entities: (asked as { entities: unknown }).entities } }
  const entities = await readWorld(context, tenantId, name, undefined, (client) =>
    readNear(client, worldId, [x, y, z], r ?? null, k ?? spatialLimit),
  )
  return { status: 200, body: { source: 'database', entities } }
}

const nearDescription = {
  method: 'GET' as const,
  summary: `Entities near a point, within r or the k nearest (at most ${spatialLimit}), nearest first`,
  responses: { 200: { description: 'Entities', schema: nearSchema } },
}

const near = route<ApiContext, typeof worldPath, typeof nearQuery, never>({
  ...nearDescription,
  path: '/worlds/{world}/near',
  operationId: 'near',
  pathSchema: worldPath,
  querySchema: nearQuery,
  handle: (context, { tenantId, path, query }) => answerNear(context, tenantId, path.world, query),
})

const nearIn = route<ApiContext, never, typeof nearInQuery, never>({
  ...nearDescription,
  path: '/near',
  operationId: 'nearIn',
  querySchema: nearInQuery,
  handle: (context, { tenantId, query: { world, ...query }, defaultWorld }) =>
    answerNear(context, tenantId, world ?? defaultWorld, query),
})

const box = route<ApiContext, typeof worldPath, typeof boxQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/box',
  operationId: 'box',
  summary: 'Entities in a box, faces included',
  pathSchema: worldPath,
  querySchema: boxQuery,
  responses: { 200: { description: 'Entities', schema: boxSchema } },
  handle: async (context, { tenantId, path, query: { min, max, limit } }) => {
    const { worldId } = await readWorld(context, tenantId, path.world, undefined, async (_, world) => world)
    const asked = await fromHolder(context, tenantId, worldId, 'GET', search('box', { min, max, limit }))
    if (asked !== undefined) {
      const { entities, more } = asked as z.output<typeof boxSchema>
      return { status: 200, body: { source: 'octree', entities, more } }
    }
    const found = await readWorld(context, tenantId, path.world, undefined, (client) =>
      readBox(client, worldId, min, max, limit + 1),
    )
    const entities = found.slice(0, limit)
    return { status: 200, body: { source: 'database', entities, more: found.length > limit } }
  },
})

const ray = route<ApiContext, typeof worldPath, typeof rayQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/ray',
  operationId: 'ray',
  summary: 'The entity that a ray comes within r of first',
  pathSchema: worldPath,
  querySchema: rayQuery,
  responses: { 200: { description: 'The hit', schema: raySchema }, ...notHeld },
  handle: async (context, { tenantId, path, query }) => {
    const { body } = await answerFromHolder(context, tenantId, path.world, 'GET', search('ray', query))
    return { status: 200, body: { hit: (body as z.output<typeof raySchema>).hit } }
  },
})

/** Questions about space; the octree of whoever holds the world answers them. */
export const spatialRoutes: Route<ApiContext>[] = [near, nearIn, box, ray]
