import * as z from 'zod'
import { schemaLimitBytes } from '#world/component-types/json-schema'
import {
  boundedObjectSchema,
  fieldNameSchema as fieldName,
  idSchema,
  jsonObjectSchema,
  jsonSchema,
  componentTypeSchema as typeName,
} from '#world/schemas'

const names = z.array(typeName).max(16, 'must have at most 16 types').default([])

const upgradeStep = z.union(
  [
    z.strictObject({ rename: fieldName, to: fieldName }),
    z.strictObject({ remove: fieldName }),
    z.strictObject({ set: fieldName, value: jsonSchema }),
  ],
  'must be {rename, to}, {remove} or {set, value}',
)

export const registerTypeBody = z
  .strictObject({
    type: typeName,
    version: z
      .int('must be a whole number of at least 1')
      .min(1, 'must be a whole number of at least 1')
      .default(1)
      .meta({ description: 'One more than what is registered' }),
    schema: boundedObjectSchema(schemaLimitBytes).meta({
      description: 'JSON Schema 2020-12 of the data, of type object; references and formats are not used',
    }),
    upgrade: z.array(upgradeStep).max(64, 'must have at most 64 steps').optional().meta({
      description: 'How data of the version before becomes data of this one; fields of the top level',
    }),
    needs: names.meta({ description: 'Types that an entity must have beside this one' }),
    excludes: names.meta({ description: 'Types that an entity must not have beside this one' }),
    sensitive: z.boolean('must be true or false').default(false).meta({
      description:
        'Its data is encrypted with a key of the tenant; it cannot be searched, and is read with world:sensitive',
    }),
    hot: z
      .strictObject({ number: fieldName.optional(), text: fieldName.optional() })
      .default({})
      .meta({ description: 'A number and a text, of the top level, that searches compare and sort fast' }),
  })
  .meta({ id: 'ComponentType' })

const expectedComponent = z.strictObject({
  type: typeName,
  exists: z.boolean('must be true or false').optional(),
  seq: z.int('must be a seq').min(0, 'must be a seq').optional(),
  field: z.string('must be text').max(1_024, 'must have at most 1024 characters').optional().meta({
    description: 'A path of keys and indexes, such as items.0.name',
  }),
  op: z.enum(['=', '!=', '<', '<=', '>', '>='], 'must be one of =, !=, <, <=, >, >=').optional(),
  value: jsonSchema.optional(),
})

const operation = z.discriminatedUnion(
  'op',
  [
    z.strictObject({ op: z.literal('set'), entityId: idSchema, type: typeName, data: jsonObjectSchema }),
    z.strictObject({ op: z.literal('merge'), entityId: idSchema, type: typeName, data: jsonObjectSchema }),
    z.strictObject({ op: z.literal('remove'), entityId: idSchema, type: typeName }),
    z.strictObject({
      op: z.literal('expect'),
      entityId: idSchema,
      exists: z.boolean('must be true or false').optional(),
      seq: z.int('must be a seq').min(0, 'must be a seq').optional(),
      component: expectedComponent.optional(),
    }),
  ],
  {
    error: ({ code }) => (code === 'invalid_union' ? 'must be one of set, merge, remove, expect' : undefined),
  },
)

export type ComponentOperation = z.output<typeof operation>

/** Operations of one request. */
const operationLimit = 10_000

export const componentsBody = z.strictObject({
  operations: z
    .array(operation, 'must be an array of operations')
    .min(1, 'must have at least one operation')
    .max(operationLimit, `must have at most ${operationLimit} operations`),
})
