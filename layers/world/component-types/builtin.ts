import * as z from 'zod'
import type { JsonObject } from '../event.ts'
import type { ComponentTypeDefinition } from './definition.ts'

/** A type that every world has. Its schema is code, and so are its upgrades. */
export interface BuiltinType extends Omit<ComponentTypeDefinition, 'schema' | 'upgrade'> {
  schema: z.ZodType<JsonObject>
  /** From the version of its key to the next one. */
  upgrades: Record<number, (data: JsonObject) => JsonObject>
}

const text = (max: number) => z.string('must be text').max(max, `must have at most ${max} characters`)
const amount = z.number('must be a number').min(0, 'must be at least 0').max(1e15, 'must be at most 1e15')

const health = z.strictObject({
  current: amount,
  /** Above which healing does not go. */
  max: amount.optional(),
})

const inventory = z.strictObject({
  items: z
    .array(
      z.strictObject({
        /** Of an entity. */
        id: text(256).optional(),
        name: text(1_024),
        quantity: amount,
      }),
    )
    .max(1_000, 'must have at most 1000 items'),
  gold: amount.optional(),
})

const status = z.strictObject({
  /** alive, dead, destroyed, …: whatever the world calls it. */
  state: text(64).min(1, 'must not be empty'),
  /** Of the story. */
  since: text(64).optional(),
  /** The chronicle event that made it so. */
  eventId: text(256).optional(),
})

const location = z.strictObject({
  place: text(1_024).optional(),
  /** Of an entity. */
  placeId: text(256).optional(),
  since: text(64).optional(),
})

const builtin = (
  type: string,
  schema: z.ZodType,
  hot: ComponentTypeDefinition['hot'] = {},
): [string, BuiltinType] => [
  type,
  {
    ...{ type, version: 1, schema: schema as z.ZodType<JsonObject>, upgrades: {} },
    ...{ needs: [], excludes: [], sensitive: false, hot },
  },
]

export const builtinTypes: ReadonlyMap<string, BuiltinType> = new Map([
  builtin('Health', health, { number: 'current' }),
  builtin('Inventory', inventory, { number: 'gold' }),
  builtin('Status', status, { text: 'state' }),
  builtin('Location', location, { text: 'placeId' }),
])

/**
 * Types whose data lies in columns of the entity itself. `Position` is x, y, z in world units, `Name` is `{value}`:
 * they are written as components too, and cannot be removed.
 */
export const nativeTypes = ['Position', 'Name'] as const
export type NativeType = (typeof nativeTypes)[number]

export const isNative = (type: string): type is NativeType =>
  (nativeTypes as readonly string[]).includes(type)

/** Types that are written in another way, and how. */
export const fixedTypes: ReadonlyMap<string, string> = new Map([
  ['Relationships', 'relationships are written one by one, as relationships'],
  ['Transform', 'rotation and scale are written with the entity'],
  ['Parameters', 'parameters are written with the entity, or one by one'],
  ['Extra', 'fields that Orrery does not know are written with the entity'],
])

/** Names that no world may register. */
export const isReservedType = (type: string): boolean =>
  builtinTypes.has(type) || fixedTypes.has(type) || isNative(type)
