import type { Json } from '../event.ts'

/** The JSON form of the query language; its text parses to exactly this. `schema.ts` validates it. */
export interface Query {
  /** Absent: every entity. */
  where?: Condition
  /** Paths; absent: whole entities. */
  select?: string[]
  /** Answers how many there are, not which. */
  count?: true
  /** Answers how many there are of each value at this path. */
  group?: string
  sort?: SortKey[]
  /** Of a page, or of groups. */
  limit?: number
}

export interface SortKey {
  by: string
  direction: 'asc' | 'desc'
}

export type Scalar = null | boolean | number | string

export type Ordering = '<' | '<=' | '>' | '>='

/** [fewest, most]. */
export type Steps = [number, number]

/** An entity's id, or whichever entities meet a condition. */
export type Target = string | { where: Condition }

export type Condition =
  | { op: 'and' | 'or'; of: Condition[] }
  | { op: 'not'; of: Condition }
  | { op: 'has'; component: string }
  | { op: 'exists'; path: string }
  | { op: '=' | '!='; path: string; value: Scalar }
  | { op: Ordering; path: string; value: number | string }
  | { op: 'in'; path: string; values: Scalar[] }
  | { op: 'between'; path: string; low: number | string; high: number | string }
  | { op: 'contains'; path: string; value: Json }
  | { op: '~'; path: string; text: string }
  | { op: 'tag'; tag: string }
  | RelationshipCondition
  | HierarchyCondition
  | { op: 'depth'; is: '=' | '!=' | Ordering; value: number }
  | { op: 'box'; min: Point; max: Point }
  | { op: 'sphere'; center: Point; radius: number }
  | { op: 'near'; entity: string; within: number }

export type Point = [number, number, number]

/** `->`: has such an edge to the target; `<-`: the target has such an edge to it. */
export interface RelationshipCondition {
  op: '->' | '<-'
  /** Absent: any. */
  type?: string
  /** Of each edge's strength, both included. */
  min?: number
  max?: number
  /** How many edges in a row; absent: one. */
  steps?: Steps
  /** Absent: anything, be it an entity that does not exist. */
  target?: Target
}

/** `under`: a descendant of the target; `above`: an ancestor. */
export interface HierarchyCondition {
  op: 'under' | 'above'
  /** How many levels; absent: any number from one on. */
  steps?: Steps
  target: Target
}
