import type * as z from 'zod'

const text = Symbol('ndjson')

/** A body of JSON lines, as a route that takes them gets it: nothing that JSON could say. */
export interface NdjsonBody {
  [text]: string
}

export const ndjsonBody = (lines: string): NdjsonBody => ({ [text]: lines })

export const isNdjsonBody = (body: unknown): body is NdjsonBody =>
  typeof body === 'object' && body !== null && text in body

export interface NdjsonLine<T> {
  /** From 1, blank lines counted. */
  line: number
  value: T
}

/** What is wrong with a line; the path begins with its name, such as `line 3`. */
export interface LineIssue {
  path: PropertyKey[]
  message: string
  code: 'custom'
}

// as many as an answer names
const issueLimit = 10

/** The name of a line in the fields of problems. */
export const lineName = (line: number): string => `line ${line}`

/**
 * Reads a body line by line, one at a time beside its text; blank lines count and say nothing. Stops at the line
 * beyond `limit` values, and where ten lines are wrong.
 */
export const readNdjson = <S extends z.ZodType>(
  { [text]: lines }: NdjsonBody,
  schema: S,
  limit: number,
): { values: NdjsonLine<z.output<S>>[]; issues: LineIssue[] } => {
  const values: NdjsonLine<z.output<S>>[] = []
  const issues: LineIssue[] = []
  for (let start = 0, line = 1; start < lines.length && issues.length < issueLimit; line++) {
    const newline = lines.indexOf('\n', start)
    const end = newline === -1 ? lines.length : newline
    const source = lines.slice(start, end).trim()
    start = end + 1
    if (source === '') continue
    if (values.length === limit) {
      issues.push(issueAt(line, [], `is one too many: a body may have ${limit}`))
      break
    }
    readLine(source, line, schema, values, issues)
  }
  if (values.length === 0 && issues.length === 0)
    issues.push({ code: 'custom', path: [], message: 'must have a line of JSON' })
  return { values, issues }
}

const readLine = <S extends z.ZodType>(
  source: string,
  line: number,
  schema: S,
  values: NdjsonLine<z.output<S>>[],
  issues: LineIssue[],
): void => {
  const parsed = parseLine(source)
  if ('message' in parsed) {
    issues.push(issueAt(line, [], parsed.message))
    return
  }
  const result = schema.safeParse(parsed.value)
  if (result.success) values.push({ line, value: result.data })
  else for (const issue of result.error.issues) issues.push(...lineIssues(line, issue))
}

const parseLine = (source: string): { value: unknown } | { message: string } => {
  try {
    return { value: JSON.parse(source) }
  } catch (error) {
    return { message: `must be JSON: ${(error as Error).message}` }
  }
}

const issueAt = (line: number, path: PropertyKey[], message: string): LineIssue => ({
  code: 'custom',
  path: [lineName(line), ...path],
  message,
})

const lineIssues = (line: number, issue: z.core.$ZodIssue): LineIssue[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => issueAt(line, [...issue.path, key], 'is not a field of this endpoint'))
    : [issueAt(line, issue.path, messageOf(issue))]

/** Zod says of a field that is not there which type it has. */
export const messageOf = ({ code, message }: z.core.$ZodIssue): string =>
  code === 'invalid_type' && message.endsWith('received undefined') ? 'is required' : message
