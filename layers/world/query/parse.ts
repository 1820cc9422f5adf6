import type { Query } from './ast.ts'
import { parseJsonQuery } from './parse-json.ts'
import { parseTextQuery } from './parse-text.ts'

/**
 * A query as text or as JSON: one grammar, and what comes of it is the JSON form.
 *
 * @throws QueryError
 */
export const parseQuery = (query: unknown): Query =>
  typeof query === 'string' ? parseTextQuery(query) : parseJsonQuery(query)
