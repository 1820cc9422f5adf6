import type * as z from 'zod'
import { type Route, route } from '#platform/http/route'
import { everywhere, type Place, placeSchema, regionSchema } from '#world/spatial-query'
import { type ApiContext, decodeCursor, nextLink } from '../api-context.ts'
import { answerFromHolder, search } from './from-holder.ts'
import { worldPath } from './schemas.ts'
import {
  notHeld,
  regionBodiesQuery,
  regionBodiesSchema,
  regionPath,
  regionsQuery,
  regionsSchema,
} from './spatial-schemas.ts'

type RegionsAnswer = z.output<typeof regionsSchema> & { more: boolean }

const listRegions = route<ApiContext, typeof worldPath, typeof regionsQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/regions',
  operationId: 'listRegions',
  summary: 'What the entities of each region come to, in Morton order',
  pathSchema: worldPath,
  querySchema: regionsQuery,
  responses: { 200: { description: 'Regions that hold entities', schema: regionsSchema }, ...notHeld },
  handle: async (context, { tenantId, path, query: { cursor, ...query }, url }) => {
    const after = decodeCursor(cursor, regionOf(query.cell))
    const question = search('regions', { ...query, after })
    const { body } = await answerFromHolder(context, tenantId, path.world, 'GET', question)
    const { regions, more } = body as RegionsAnswer
    const headers = more ? nextLink(url, regions.at(-1)!.region) : {}
    return { status: 200, headers, body: { regions } }
  },
})

/** A cursor is the last region of the page before, and good for regions of its own size. */
const regionOf =
  (cell: number) =>
  (value: unknown): string | undefined => {
    const name = regionSchema.safeParse(value).data
    return name?.startsWith(`${cell}:`) ? name : undefined
  }

type RegionBodiesAnswer = z.output<typeof regionBodiesSchema> & { more: boolean }

const listRegionBodies = route<ApiContext, typeof regionPath, typeof regionBodiesQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/regions/{region}/bodies',
  operationId: 'listRegionBodies',
  summary: `Entities in a region (${everywhere}: in all), in Morton order`,
  pathSchema: regionPath,
  querySchema: regionBodiesQuery,
  responses: { 200: { description: 'Entities', schema: regionBodiesSchema }, ...notHeld },
  handle: async (context, { tenantId, path: { world, region }, query: { cursor, limit }, url }) => {
    const place = decodeCursor(cursor, (value) => placeSchema.safeParse(value).data)
    const after = place && JSON.stringify(place)
    const question = search(`regions/${region}/bodies`, { limit, after })
    const { body } = await answerFromHolder(context, tenantId, world, 'GET', question)
    const { entities, more } = body as RegionBodiesAnswer
    return { status: 200, headers: more ? nextLink(url, placeOf(entities)) : {}, body: { entities } }
  },
})

const placeOf = (entities: RegionBodiesAnswer['entities']): Place => {
  const { id, position } = entities.at(-1)!
  return [id, ...(position as [number, number, number])]
}

/** Regions of the absolute grid, at any size. */
export const regionRoutes: Route<ApiContext>[] = [listRegions, listRegionBodies]
