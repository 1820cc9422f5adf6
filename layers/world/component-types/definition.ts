import type { Json, JsonObject } from '../event.ts'

/**
 * A component type as a world knows it. Those of Orrery are in `builtin.ts`; others are registered per world as JSON
 * Schema (POST /worlds/{w}/component-types).
 */
export interface ComponentTypeDefinition {
  /** A capital letter, then letters, digits and underscores; 64 characters at most. */
  type: string
  /** From 1 on; a type that is registered again has the next one. */
  version: number
  /** JSON Schema 2020-12 of the data, an object. */
  schema: JsonObject
  /** How data of the version before becomes data of this one: steps in order. Absent: it stays as it is. */
  upgrade?: UpgradeStep[]
  /** Types that an entity must have beside this one. */
  needs: string[]
  /** Types that an entity must not have beside this one. */
  excludes: string[]
  /** Its data is encrypted with the tenant's key before it reaches the write path. */
  sensitive: boolean
  /** Fields of the data, top level, that searches compare and sort fast. */
  hot: { number?: string; text?: string }
}

/** One step of an upgrade; fields are of the data's top level. */
export type UpgradeStep =
  | { rename: string; to: string }
  | { remove: string }
  /** Where the field is missing. */
  | { set: string; value: Json }
