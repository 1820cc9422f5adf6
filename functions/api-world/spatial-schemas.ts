import * as z from 'zod'
import { wholeNumber } from '#platform/http/query-fields'
import { worldNameSchema } from '#world/schemas'
import {
  parentNotFiner,
  queryCoordinate,
  queryDistance,
  regionBodiesFields,
  regionSchema,
  regionsFields,
  spatialLimit,
} from '#world/spatial-query'
import { cursor, worldPath } from './schemas.ts'

const nearFields = {
  x: queryCoordinate,
  y: queryCoordinate,
  z: queryCoordinate,
  r: queryDistance.optional().meta({ description: 'Radius in units' }),
  k: wholeNumber(1, spatialLimit).optional().meta({ description: 'How many, nearest first' }),
}
const hasReach = ({ r, k }: { r?: number | undefined; k?: number | undefined }): boolean =>
  r !== undefined || k !== undefined
const reachMissing = { path: ['r'], message: 'one of r (radius) and k (how many) must be given' }

export const nearQuery = z.strictObject(nearFields).refine(hasReach, reachMissing)
export type NearQuery = z.output<typeof nearQuery>

export const nearInQuery = z
  .strictObject({
    ...nearFields,
    world: worldNameSchema.optional().meta({ description: 'Or the header X-World; default `default`' }),
  })
  .refine(hasReach, reachMissing)

export const regionsQuery = z.strictObject({ ...regionsFields, cursor }).refine(...parentNotFiner)

export const regionPath = worldPath.extend({ region: regionSchema })
export const regionBodiesQuery = z.strictObject({ ...regionBodiesFields, cursor })

/** Of what nobody but a physics service answers. */
export const notHeld = { 503: { description: 'No physics service holds the world; one is being started' } }

const point = z.array(z.number()).length(3)
const source = z
  .enum(['octree', 'database'])
  .meta({ description: 'database: no physics service holds the world' })

const spatialEntity = z.object({ id: z.string(), position: point, activity: z.number() })

export const nearSchema = z
  .object({ source, entities: z.array(spatialEntity.extend({ distance: z.number() })) })
  .meta({ id: 'Near' })

export const boxSchema = z
  .object({
    source,
    entities: z.array(spatialEntity),
    more: z.boolean().meta({ description: 'The box holds more entities than the limit' }),
  })
  .meta({ id: 'Box' })

export const raySchema = z
  .object({
    hit: spatialEntity
      .extend({
        distance: z
          .number()
          .meta({ description: 'Along the ray, where the entity is first within r; units' }),
      })
      .nullable()
      .meta({ description: 'null: the ray meets nothing' }),
  })
  .meta({ id: 'Ray' })

export const regionsSchema = z
  .object({
    regions: z.array(
      z.object({
        region: z.string().meta({ description: '`e:x:y:z`' }),
        count: z.int().meta({ description: 'Entities; regions without any are left out' }),
        weight: z.number().meta({ description: 'Sum of mass × activity' }),
        activity: z.object({
          mean: z.number(),
          variance: z.number().meta({ description: 'Of the population' }),
        }),
        bounds: z.object({ min: point, max: point }).meta({ description: 'Of the positions' }),
      }),
    ),
  })
  .meta({ id: 'Regions' })

export const regionBodiesSchema = z.object({ entities: z.array(spatialEntity) }).meta({ id: 'RegionBodies' })
