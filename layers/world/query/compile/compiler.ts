import type { ComponentTypeDefinition } from '../../component-types/definition.ts'
import type { Moment } from '../../read/at.ts'

/** What the compiler must know of a world's component types. */
export type HotFields = (type: string) => ComponentTypeDefinition['hot']

/** Collects the parameters of one statement, and names its tables. Every value of a query is a parameter. */
export interface Compiler {
  moment: Moment
  hot: HotFields
  values: unknown[]
  /** Rows are tested one by one: what a condition is about is looked up for each, never read as a whole. */
  byRow?: true
  /** `$7::text` */
  parameter(value: unknown, type: ParameterType): string
  /** A name of a table that no other has. */
  alias(): string
}

export type ParameterType =
  | 'text'
  | 'float8'
  | 'int4'
  | 'int8'
  | 'jsonb'
  | 'jsonpath'
  | 'text[]'
  | 'float8[]'
  | 'jsonb[]'

/** `$1` is the world's id and, of the past alone, `$2` the seq. */
export const createCompiler = (worldId: string, asOf: number | null, hot: HotFields): Compiler => {
  const values: unknown[] = asOf === null ? [worldId] : [worldId, asOf]
  let aliases = 0
  return {
    moment: asOf === null ? 'now' : 'past',
    hot,
    values,
    parameter: (value, type) => `$${values.push(value)}::${type}`,
    alias: () => `t${++aliases}`,
  }
}

const past = (table: string, history: string, columns: string): string =>
  `(SELECT ${columns} FROM ${table} WHERE world_id = $1 AND from_seq <= $2
    UNION ALL SELECT ${columns} FROM ${history} WHERE world_id = $1 AND from_seq <= $2 AND to_seq > $2)`

const entityColumns =
  'entity_id, name, class_type, archetype, tags, flux_position, x, y, z, from_seq, created_at, updated_at, activity'

/** Rows of the world at the moment. Of now with the columns that searches have an index on. */
export const tables: Record<'entities' | 'components' | 'relationships', Record<Moment, string>> = {
  entities: {
    now: `(SELECT ${entityColumns}, name_key FROM entities WHERE world_id = $1)`,
    past: past('entities', 'entity_history', entityColumns),
  },
  components: {
    now: '(SELECT entity_id, component_type, data, hot_number, hot_text FROM components WHERE world_id = $1)',
    past: past('components', 'component_history', 'entity_id, component_type, data'),
  },
  relationships: {
    now: '(SELECT source_id, target_id, type, strength FROM relationships WHERE world_id = $1)',
    past: past('relationships', 'relationship_history', 'source_id, target_id, type, strength'),
  },
}
