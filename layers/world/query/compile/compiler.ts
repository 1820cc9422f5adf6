import type { ComponentTypeDefinition } from '../../component-types/definition.ts'
import type { Moment } from '../../read/at.ts'

/** What the compiler must know of a world's component types. */
export type HotFields = (type: string) => ComponentTypeDefinition['hot']

/** How far a statement follows each way before it tries another one, in entities. */
export interface Reach {
  /** What an index finds is looked at one by one up to here without a thought. */
  few: number
  /** So many rows are looked at in some ten milliseconds; what one in twenty meets fills a page of 100. */
  look: number
  /** And so many where those have a tenth of the page. */
  more: number
  /** So many ids are gathered of an index that answers alone, at half a microsecond each, before others are asked, and after. */
  alone: readonly [number, number]
  /** And of one whose rows are fetched, at two. */
  fetched: number
}

const usualReach: Reach = { few: 2_000, look: 2_000, more: 20_000, alone: [6_000, 60_000], fetched: 25_000 }

/** Collects the parameters of one statement, and names its tables. Every value of a query is a parameter. */
export interface Compiler {
  moment: Moment
  hot: HotFields
  reach: Reach
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
export const createCompiler = (
  worldId: string,
  asOf: number | null,
  hot: HotFields,
  reach = usualReach,
): Compiler => {
  const values: unknown[] = asOf === null ? [worldId] : [worldId, asOf]
  let aliases = 0
  return {
    moment: asOf === null ? 'now' : 'past',
    hot,
    reach,
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
