import * as z from 'zod'
import { chronicleIdSchema, eventIdSchema, storyTimeSchema } from '#chronicle/schemas'
import { queryNumber } from '#platform/http/query-fields'
import { isStorableText } from '#world/json'
import { classTypeSchema, coordinateLimitUnits, idSchema, relationshipTypeSchema } from '#world/schemas'
import { worldField } from '../../api-ledger/schemas.ts'
import { asOf, cursor, limit } from '../../api-world/schemas.ts'

/** Of every question. */
export const common = { world: worldField, asOf, limit }
export const paged = { ...common, cursor }

export const entityId = idSchema.meta({ description: 'Id of an entity' })
const whoRule = 'must be the id of an entity, or its name'
/** See `whoIs`. */
export const who = z
  .string(whoRule)
  .min(1, whoRule)
  .max(1_024, 'must have at most 1024 characters')
  .refine(isStorableText, 'must be text without U+0000 and without lone surrogates')
  .meta({ description: 'Id of an entity, or its name where no other has it' })
export const relationshipType = relationshipTypeSchema.meta({ description: 'Of the relationship' })
export const classType = classTypeSchema
export const strength = queryNumber
export const radiusRule = `must be at most 2^40 (${coordinateLimitUnits}), and not negative`
export const radius = queryNumber
  .refine((value) => value >= 0 && value <= coordinateLimitUnits, radiusRule)
  .meta({ description: 'World units' })
export const chronicle = chronicleIdSchema
export const event = eventIdSchema
export const storyTime = storyTimeSchema.optional()
export const itemName = z
  .string()
  .min(1, 'must not be empty')
  .max(1_024, 'must have at most 1024 characters')
  .refine(isStorableText, 'must be text without U+0000 and without lone surrogates')
  .meta({ description: 'Id of an entity, or a name however it is written' })
