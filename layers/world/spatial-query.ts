import * as z from 'zod'
import { coarsestRegionExponent, finestRegionExponent, parseRegion } from '#octree/region'
import { numberList, queryNumber, wholeNumber } from '#platform/http/query-fields'
import { coordinateLimitUnits } from './schemas.ts'

/** The questions about space that the API and the physics service both take, with the same fields. */

export const queryCoordinate = queryNumber.refine(
  (value) => Math.abs(value) < coordinateLimitUnits,
  'must be below 2^40 in size',
)

const notNegative = (value: number): boolean => value >= 0
export const queryDistance = queryNumber.refine(notNegative, 'must not be negative')

/** Most entities, or regions, of one answer. */
export const spatialLimit = 1_000
const limit = wholeNumber(1, spatialLimit).default(100)

const corner = numberList(3, 'must be three numbers: x,y,z').transform(
  (values) => values as [number, number, number],
)

/** Faces belong to the box. */
export const boxQuery = z
  .strictObject({
    min: corner.meta({ description: 'Lowest corner x,y,z in units' }),
    max: corner.meta({ description: 'Highest corner x,y,z in units' }),
    limit,
  })
  .refine(({ min, max }) => min.every((low, axis) => low <= max[axis]!), {
    path: ['min'],
    message: 'must not exceed max on any axis',
  })

export const rayQuery = z
  .strictObject({
    x: queryCoordinate,
    y: queryCoordinate,
    z: queryCoordinate,
    dx: queryNumber.meta({ description: 'dx, dy, dz: the direction, of any length but 0' }),
    dy: queryNumber,
    dz: queryNumber,
    r: queryDistance.meta({ description: 'How close the ray must come, in units' }),
    max: queryDistance
      .optional()
      .meta({ description: 'How far the ray reaches, in units; default: all the way' }),
  })
  .refine(({ dx, dy, dz }) => dx !== 0 || dy !== 0 || dz !== 0, {
    path: ['dx'],
    message: 'one of dx, dy and dz must not be 0',
  })

/** The region that is everything. */
export const everywhere = '*'

const isRegion = (name: string): boolean => {
  try {
    return name === everywhere || parseRegion(name) !== undefined
  } catch {
    return false
  }
}

/** A region's name, or `*`. */
export const regionSchema = z
  .string()
  .refine(isRegion, { error: 'must be a region of the world, such as 6:12:-3:0, or *', abort: true })
  .meta({ description: '`e:x:y:z`: the cube of side 2^e units from (x, y, z) · 2^e on; `*`: everything' })

/** Of a page of regions; beside them stands what carries the page: `cursor` at the API, `after` at the physics. */
export const regionsFields = {
  cell: wholeNumber(finestRegionExponent, coarsestRegionExponent).meta({
    description: 'Regions of side 2^cell units',
  }),
  parent: regionSchema.optional().meta({ description: 'Only regions in this one' }),
  limit,
}

interface CellInParent {
  cell: number
  parent?: string | undefined
}

/** Refuses a parent that is smaller than its cells: the arguments of `refine`. */
export const parentNotFiner: [(query: CellInParent) => boolean, { path: string[]; message: string }] = [
  ({ cell, parent }) => parent === undefined || parent === everywhere || parseRegion(parent).exponent >= cell,
  { path: ['parent'], message: 'must not be finer than cell' },
]

/** Of a page of a region's bodies. */
export const regionBodiesFields = { limit }

const coordinate = z.number().refine((value) => Math.abs(value) < coordinateLimitUnits)

/** Where a page of bodies ended: the last one's id and position. */
export const placeSchema = z.tuple([z.string(), coordinate, coordinate, coordinate])
export type Place = z.output<typeof placeSchema>
