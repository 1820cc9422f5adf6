/** What a query may ask at most; see docs/query.md. */
export const queryLimits = {
  textBytes: 16 * 1024,
  /** Conditions, fields and values of lists, sub-queries included. */
  nodes: 200,
  /** Of conditions in each other. */
  depth: 24,
  /** Of `in (…)`. */
  values: 100,
  select: 50,
  sort: 4,
  /** Fields and elements of one path. */
  pathSegments: 16,
  /** Of relationships in a row, of levels of the hierarchy. */
  steps: 8,
  /** Texts are put in order by so many characters; those that agree in them are in order of id. */
  sortedCharacters: 200,
  page: 1_000,
  defaultPage: 100,
} as const
