import * as z from 'zod'
import type { RegionAggregate } from '#octree/region-aggregate'
import { wholeNumber } from '#platform/http/query-fields'
import { type Route, route } from '#platform/http/route'
import {
  boxQuery,
  parentNotFiner,
  placeSchema,
  queryCoordinate,
  queryDistance,
  rayQuery,
  regionBodiesFields,
  regionSchema,
  regionsFields,
  spatialLimit,
} from '#world/spatial-query'
import { ask, type PhysicsHttpContext, worldPath } from './http-context.ts'

const nearQuery = z
  .strictObject({
    x: queryCoordinate,
    y: queryCoordinate,
    z: queryCoordinate,
    r: queryDistance.optional(),
    k: wholeNumber(1, spatialLimit).optional(),
    limit: wholeNumber(1, spatialLimit).default(100),
  })
  .refine(({ r, k }) => r !== undefined || k !== undefined, {
    path: ['r'],
    message: 'one of r (radius) and k (how many) must be given',
  })

const near = route<PhysicsHttpContext, typeof worldPath, typeof nearQuery, never>({
  method: 'GET',
  path: '/worlds/{worldId}/near',
  operationId: 'near',
  summary: 'Entities near a point, nearest first',
  pathSchema: worldPath,
  querySchema: nearQuery,
  responses: {},
  handle: async (context, { path: { worldId }, query: { x, y, z, r, k, limit } }) => {
    const query = { centre: [x, y, z] as const, radius: r, limit: k ?? limit }
    const entities = await ask(context, worldId, (world) => world.near(query))
    return { status: 200, body: { worldId, entities } }
  },
})

const box = route<PhysicsHttpContext, typeof worldPath, typeof boxQuery, never>({
  method: 'GET',
  path: '/worlds/{worldId}/box',
  operationId: 'box',
  summary: 'Entities in a box',
  pathSchema: worldPath,
  querySchema: boxQuery,
  responses: {},
  handle: async (context, { path: { worldId }, query }) => ({
    status: 200,
    body: { worldId, ...(await ask(context, worldId, (world) => world.box(query))) },
  }),
})

const ray = route<PhysicsHttpContext, typeof worldPath, typeof rayQuery, never>({
  method: 'GET',
  path: '/worlds/{worldId}/ray',
  operationId: 'ray',
  summary: 'The first entity along a ray',
  pathSchema: worldPath,
  querySchema: rayQuery,
  responses: {},
  handle: async (context, { path: { worldId }, query: { x, y, z, dx, dy, dz, r, max } }) => {
    const hit = await ask(context, worldId, (world) =>
      world.ray({ origin: [x, y, z], direction: [dx, dy, dz], radius: r, maxDistance: max }),
    )
    return { status: 200, body: { worldId, hit } }
  },
})

const regionsQuery = z
  .strictObject({
    ...regionsFields,
    after: regionSchema.optional(),
  })
  .refine(...parentNotFiner)
  .refine(({ cell, after }) => after === undefined || after.startsWith(`${cell}:`), {
    path: ['after'],
    message: 'must be a region of cell',
  })

const regions = route<PhysicsHttpContext, typeof worldPath, typeof regionsQuery, never>({
  method: 'GET',
  path: '/worlds/{worldId}/regions',
  operationId: 'regions',
  summary: 'What the bodies of each region come to, region after region in Morton order',
  pathSchema: worldPath,
  querySchema: regionsQuery,
  responses: {},
  handle: async (context, { path: { worldId }, query: { cell, parent, limit, after } }) => {
    const page = await ask(context, worldId, (world) => world.regions({ cell, parent, limit, after }))
    return { status: 200, body: { worldId, regions: page.regions.map(toBody), more: page.more } }
  },
})

const toBody = ({ name, count, weight, activityMean, activityVariance, min, max }: RegionAggregate) => ({
  ...{ region: name, count, weight, bounds: { min, max } },
  activity: { mean: activityMean, variance: activityVariance },
})

const regionPath = worldPath.extend({ region: regionSchema })

const placeText = z
  .string()
  .transform((text) => parsePlace(text))
  .refine((place) => place !== undefined, 'must be the last body as ["id",x,y,z]')

const parsePlace = (text: string) => {
  try {
    return placeSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const regionBodiesQuery = z.strictObject({ ...regionBodiesFields, after: placeText.optional() })

const regionBodies = route<PhysicsHttpContext, typeof regionPath, typeof regionBodiesQuery, never>({
  method: 'GET',
  path: '/worlds/{worldId}/regions/{region}/bodies',
  operationId: 'regionBodies',
  summary: 'The entities of a region',
  pathSchema: regionPath,
  querySchema: regionBodiesQuery,
  responses: {},
  handle: async (context, { path: { worldId, region }, query: { limit, after } }) => {
    const page = await ask(context, worldId, (world) => world.regionBodies({ region, limit, after }))
    return { status: 200, body: { worldId, ...page } }
  },
})

/** Questions that the octree of a world answers. */
export const spatialRoutes: Route<PhysicsHttpContext>[] = [near, box, ray, regions, regionBodies]
