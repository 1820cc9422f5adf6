/** Where in a text something is wrong; both count from 1, columns in UTF-16 units. */
export interface TextPosition {
  line: number
  column: number
}

/** A query that cannot be asked. The message says what was expected, and is fit for whoever wrote the query. */
export class QueryError extends Error {
  readonly code = 'invalid-query'
  /** In a text. */
  readonly position: TextPosition | undefined
  /** In JSON: `where.of[1].value`; '' is the whole query. */
  readonly field: string | undefined

  constructor(message: string, place: { position?: TextPosition | undefined; field?: string } = {}) {
    const { position, field } = place
    super(position === undefined ? message : `line ${position.line}, column ${position.column}: ${message}`)
    this.position = position
    this.field = field
  }
}
