import * as z from 'zod'
import { coarsestRegionExponent, finestRegionExponent } from '#octree/region'
import { numberList, queryNumber, wholeNumber } from '#platform/http/query-fields'
import { parseCursor } from '#sync/cursor'
import type { Filter } from '#sync/filter'
import { coordinateLimitUnits, idSchema, worldNameSchema } from '#world/schemas'

const inside = (values: readonly number[]): boolean =>
  values.every((value) => Math.abs(value) < coordinateLimitUnits)

const box = numberList(6, 'must be six numbers: the lowest corner x,y,z and the highest x,y,z')
  .refine(inside, 'must have coordinates below 2^40 in size')
  .refine((values) => [0, 1, 2].every((axis) => values[axis]! <= values[axis + 3]!), {
    message: 'must not have a lowest corner above the highest one on any axis',
  })

const sphere = numberList(4, 'must be four numbers: x,y,z and a radius')
  .refine((values) => inside(values.slice(0, 3)), 'must have coordinates below 2^40 in size')
  .refine((values) => values[3]! >= 0, 'must not have a negative radius')

const names = (what: string) =>
  z
    .string()
    .min(1)
    .max(10_000)
    .transform((text) => text.split(','))
    .refine((list) => list.length <= 100, `must be at most 100 ${what}`)
    .refine(
      (list) => list.every((name) => name.length > 0 && name.length <= 256),
      `must be ${what}, separated by commas, of 1 to 256 characters each`,
    )

const filterFields = {
  world: worldNameSchema.optional().meta({ description: 'Or the header X-World; default `default`' }),
  box: box.optional().meta({ description: 'Only entities in the box: x,y,z,x,y,z, borders included' }),
  sphere: sphere.optional().meta({ description: 'Only entities in the sphere: x,y,z,r' }),
  class: names('classes').optional().meta({ description: 'Only entities of these classes' }),
  components: names('component types')
    .optional()
    .meta({ description: 'Of the components of registered types, only these' }),
}

const followFields = {
  follow: idSchema.optional().meta({ description: 'Only entities about this one; needs radius' }),
  radius: queryNumber.refine((value) => value > 0, 'must be above 0').optional(),
}

interface Asked {
  box?: number[] | undefined
  sphere?: number[] | undefined
  follow?: string | undefined
  radius?: number | undefined
  class?: string[] | undefined
  components?: string[] | undefined
}

const oneShape = ({ box: a, sphere: b, follow: c }: Asked): boolean =>
  [a, b, c].filter((shape) => shape !== undefined).length <= 1
const oneShapeOnly = { path: ['sphere'], message: 'only one of box, sphere and follow can be given' }
const withRadius = ({ follow, radius }: Asked): boolean => (follow === undefined) === (radius === undefined)
const bothOrNone = { path: ['radius'], message: 'follow and radius must be given together' }

export const initQuery = z
  .strictObject({ ...filterFields, ...followFields })
  .refine(oneShape, oneShapeOnly)
  .refine(withRadius, bothOrNone)

const cursor = z.string().transform((text, context) => {
  const parsed = parseCursor(text)
  if (parsed !== undefined) return parsed
  context.issues.push({ code: 'custom', message: 'must be seq.tick, such as 120.4093', input: text })
  return z.NEVER
})

export const eventsQuery = z
  .strictObject({
    ...filterFields,
    ...followFields,
    cast: z
      .enum(['limited', 'full'])
      .default('limited')
      .meta({ description: 'limited: what is visible; full: every field' }),
    rate: queryNumber
      .refine((value) => value > 0 && value <= 1_000, 'must be above 0, and at most 1,000')
      .optional()
      .meta({ description: 'Frames a second at most' }),
    far: wholeNumber(finestRegionExponent, coarsestRegionExponent)
      .optional()
      .meta({ description: 'Also cells of side 2^far units outside of the filter, summed up' }),
    compress: z
      .enum(['gzip'], 'must be gzip')
      .optional()
      .meta({ description: 'With gzip where Accept-Encoding allows it; default not, whatever that allows' }),
    cursor: cursor
      .optional()
      .meta({ description: 'Where to go on, as the header Last-Event-ID; default now' }),
  })
  .refine(oneShape, oneShapeOnly)
  .refine(withRadius, bothOrNone)

export const lastEventId = (text: string | undefined) => (text === undefined ? undefined : parseCursor(text))

const tick = wholeNumber(0, 999_999_999_999_999)

export const snapshotsQuery = z
  .strictObject({ ...filterFields, from: tick, to: tick })
  .refine(oneShape, oneShapeOnly)
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'must not be below from' })

/** What a query asks for. */
export const filterOf = ({ box, sphere, follow, radius, class: classes, components }: Asked): Filter => ({
  ...(box && {
    shape: { kind: 'box', min: triple(box.slice(0, 3)), max: triple(box.slice(3)) },
  }),
  ...(sphere && { shape: { kind: 'sphere', centre: triple(sphere.slice(0, 3)), radius: sphere[3]! } }),
  ...(follow !== undefined && { follow: { entityId: follow, radius: radius! } }),
  ...(classes && { classes: new Set(classes) }),
  ...(components && { components: new Set(components) }),
})

const triple = (values: number[]): [number, number, number] => [values[0]!, values[1]!, values[2]!]
