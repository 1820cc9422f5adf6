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

const entityColumns =
  'entity_id, name, class_type, archetype, tags, flux_position, x, y, z, from_seq, created_at, updated_at, activity'

/**
 * How rows are come by: whichever way the planner takes; in the order of entities' ids; or those of one entity, whose id the
 * statement asks for.
 */
type Access = 'any' | 'inOrder' | 'one'

/**
 * The rows that were current at `$2`: those that still are, and those superseded since. Each part is ordered by itself where
 * the order is wanted: the planner merges two that are, and would sort the whole of a union. Where rows of one entity
 * are looked up the seq must not lead into an index: with statistics from before the last changes the planner believes that
 * nothing was superseded since, and would read all that was for each entity.
 */
const past = (table: string, history: string, columns: string): Record<Access, string> => {
  const text = (superseded: string, order: string) =>
    `((SELECT ${columns} FROM ${table} WHERE world_id = $1 AND from_seq <= $2${order})
    UNION ALL (SELECT ${columns} FROM ${history} WHERE world_id = $1 AND from_seq <= $2 AND ${superseded}${order}))`
  return {
    any: text('to_seq > $2', ''),
    inOrder: text('to_seq > $2', ' ORDER BY entity_id'),
    one: text('to_seq + 0 > $2', ''),
  }
}

const tables = {
  entities: {
    // with the columns that searches have an index on
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

/** Rows of the world at the compiler's moment; `inOrder` is for entities alone. Rows that are tested one by one are looked up. */
export const rowsOf = (
  { moment, byRow }: Compiler,
  table: keyof typeof tables,
  access: Access = byRow ? 'one' : 'any',
): string => (moment === 'now' ? tables[table].now : tables[table].past[access])

/** The ids of whatever was superseded since `$2`, some more than once. */
export const changedIds = `SELECT entity_id FROM entity_history WHERE world_id = $1 AND from_seq <= $2 AND to_seq > $2
  UNION ALL SELECT entity_id FROM component_history WHERE world_id = $1 AND from_seq <= $2 AND to_seq > $2`
