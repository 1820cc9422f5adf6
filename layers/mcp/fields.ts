import * as z from 'zod'
import { storyTimeSchema } from '#chronicle/schemas'
import { idSchema, worldNameSchema } from '#world/schemas'

// `.` and `..` would be taken out of a path by whoever resolves it, and another route would answer

const isSegment = (text: string): boolean => text !== '.' && text !== '..'
const notSegment = 'must not be . or .., which cannot stand in a path'

/** An id that stands in a path. */
export const pathId = (description: string) => idSchema.refine(isSegment, notSegment).meta({ description })

const worldName = worldNameSchema.refine(isSegment, notSegment)
export const namedWorld = (description: string) => worldName.meta({ description })
export const world = namedWorld('Name of the world')

const whole = (min: number, max: number) => {
  const expected = `must be a whole number of ${min} to ${max}`
  return z.int(expected).min(min, expected).max(max, expected)
}
export const wholeNumber = whole

export const limit = whole(1, 200).default(20).meta({ description: 'Of the page; what is left has a cursor' })
export const cursor = z
  .string('must be text')
  .optional()
  .meta({ description: 'nextCursor of the page before, with the same other arguments' })
export const asOf = whole(0, 999_999_999_999_999)
  .optional()
  .meta({ description: 'Read the world as it stood at this seq of its log; default: now' })

/** A bound of the story's time. */
export const storyTime = storyTimeSchema
  .optional()
  .meta({ description: 'A time of the story, ISO 8601 with an offset' })
