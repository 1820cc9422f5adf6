import { EOF, type ILexingError, type IToken } from 'chevrotain'
import type { Query } from './ast.ts'
import { QueryParser } from './grammar.ts'
import { queryLimits } from './limits.ts'
import { parseJsonQuery } from './parse-json.ts'
import { QueryError, type TextPosition } from './query-error.ts'
import {
  Bang,
  keywords,
  LeftBrace,
  LeftBracket,
  LeftParenthesis,
  lexer,
  RightBrace,
  RightBracket,
  RightParenthesis,
} from './tokens.ts'

/** Brackets in each other, and negations in one query: each takes some of the parser's stack. */
const nestingLimit = 48

let parser: QueryParser | undefined

/**
 * A query that came as text.
 *
 * @throws QueryError with line and column.
 */
export const parseTextQuery = (text: string): Query => {
  const parsed = parseTokens(text)
  try {
    return parseJsonQuery(parsed.query)
  } catch (fault) {
    if (!(fault instanceof QueryError) || fault.field === undefined) throw fault
    throw faultInText(fault, positionOfField(text, parsed, fault.field))
  }
}

/** The same fault of a query that came as this text, with line and column. */
export const locateFault = (text: string, fault: QueryError): QueryError =>
  fault.field === undefined || fault.position !== undefined
    ? fault
    : faultInText(fault, positionOfField(text, parseTokens(text), fault.field))

const faultInText = ({ message }: QueryError, position: TextPosition): QueryError =>
  new QueryError(message.slice(message.indexOf(': ') + 2), { position })

interface Parsed {
  query: Query
  /** Where a field of the JSON form was said. */
  startOf(field: string): IToken | undefined
}

const parseTokens = (text: string): Parsed => {
  if (text.length > queryLimits.textBytes || Buffer.byteLength(text) > queryLimits.textBytes)
    throw new QueryError(`a query may have ${queryLimits.textBytes} bytes`, {
      position: { line: 1, column: 1 },
    })
  const { tokens, errors } = lexer.tokenize(text)
  if (errors[0] !== undefined) throw lexingError(text, errors[0])
  refuseNesting(tokens)
  // making it takes some 10 ms: only processes that are asked something pay that
  parser ??= new QueryParser()
  parser.source = text
  parser.starts = new Map()
  parser.clauses = new Map()
  parser.input = tokens
  const query = parser.query()
  const [error] = parser.errors
  if (error !== undefined) throw new QueryError(error.message, { position: positionOf(text, error.token) })
  const { starts, clauses } = parser
  return { query, startOf: (field) => clauses.get(field) ?? innermost(query, field, starts) }
}

const positionOfField = (text: string, { startOf }: Parsed, field: string): TextPosition => {
  const token = startOf(field)
  return token === undefined ? { line: 1, column: 1 } : positionOf(text, token)
}

const positionOf = (text: string, { tokenType, startLine, startColumn }: IToken): TextPosition => {
  if (tokenType !== EOF) return { line: startLine!, column: startColumn! }
  const lines = text.split(/\r\n|\r|\n/)
  return { line: lines.length, column: lines.at(-1)!.length + 1 }
}

const lexingError = (text: string, { offset, line, column }: ILexingError): QueryError => {
  const character = String.fromCodePoint(text.codePointAt(offset)!)
  const message =
    character === '"'
      ? 'a text in double quotes must end in its line, with escapes as in JSON'
      : character === "'"
        ? 'texts stand in double quotes'
        : `${JSON.stringify(character)} is no part of the language`
  return new QueryError(message, { position: { line: line ?? 1, column: column ?? 1 } })
}

const opening = new Set([LeftParenthesis, LeftBrace, LeftBracket])
const closing = new Set([RightParenthesis, RightBrace, RightBracket])

const refuseNesting = (tokens: IToken[]): void => {
  let nesting = 0
  let negations = 0
  for (const { tokenType, startLine, startColumn } of tokens) {
    if (opening.has(tokenType)) nesting++
    else if (closing.has(tokenType)) nesting--
    else if (tokenType === Bang || tokenType === keywords.not) negations++
    const position = { line: startLine!, column: startColumn! }
    if (nesting > nestingLimit)
      throw new QueryError(`brackets must not be nested deeper than ${nestingLimit}`, { position })
    if (negations > nestingLimit)
      throw new QueryError(`a query may have ${nestingLimit} negations`, { position })
  }
}

/** The token that began the innermost part of the query on the way to the field. */
const innermost = (query: Query, field: string, starts: Map<object, IToken>): IToken | undefined => {
  let current: unknown = query
  let start: IToken | undefined
  for (const part of field.split(/[.[\]]+/)) {
    if (typeof current !== 'object' || current === null) break
    start = starts.get(current) ?? start
    current = (current as Record<string, unknown>)[part]
  }
  return (typeof current === 'object' && current !== null ? starts.get(current) : undefined) ?? start
}
