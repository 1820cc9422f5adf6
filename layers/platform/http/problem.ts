/** One thing that is wrong with a request. */
export interface FieldError {
  /** Where: `entity.position[1]`, `query.limit`, `path.world`. */
  field: string
  /** What was expected. */
  message: string
}

/** RFC 9457: application/problem+json. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  errors?: FieldError[]
  requestId?: string
  /** Extension members (RFC 9457, 3.2), as of the problem at hand. */
  [member: string]: unknown
}

/** An answer that is a problem; thrown anywhere below a route, mapped to HTTP once, at the edge. */
export class HttpProblem extends Error {
  readonly code = 'http-problem'
  readonly status: number
  readonly title: string
  readonly errors: FieldError[] | undefined
  readonly retryAfterSeconds: number | undefined
  /** Of the answer, in lower case. */
  readonly headers: Record<string, string>
  /** Of the document, beside the standard ones. */
  readonly members: Record<string, unknown>

  constructor(
    status: number,
    title: string,
    detail: string,
    extra: {
      errors?: FieldError[]
      retryAfterSeconds?: number
      headers?: Record<string, string>
      members?: Record<string, unknown>
      cause?: unknown
    } = {},
  ) {
    super(detail, { cause: extra.cause })
    this.status = status
    this.title = title
    this.errors = extra.errors
    this.retryAfterSeconds = extra.retryAfterSeconds
    this.headers = extra.headers ?? {}
    this.members = extra.members ?? {}
  }
}

export const invalid = (errors: FieldError[]): HttpProblem =>
  new HttpProblem(
    400,
    'Invalid request',
    errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
    { errors },
  )

export const notFound = (detail: string): HttpProblem => new HttpProblem(404, 'Not found', detail)

export const databaseAway = (cause?: unknown): HttpProblem =>
  new HttpProblem(
    503,
    'Database unavailable',
    'The database cannot be reached now; send the request again later.',
    {
      retryAfterSeconds: 5,
      cause,
    },
  )

export const overflowAway = (cause: unknown): HttpProblem =>
  new HttpProblem(
    503,
    'Overflow unavailable',
    'What keeps requests safe cannot be reached now; send the request again later.',
    {
      retryAfterSeconds: 5,
      cause,
    },
  )

export const tookTooLong = (cause: unknown): HttpProblem =>
  new HttpProblem(
    503,
    'Took too long',
    'The database gave this up after its time limit; ask for less, or again later.',
    {
      retryAfterSeconds: 5,
      cause,
    },
  )

export const problemBody = (problem: HttpProblem, requestId: string): Problem => ({
  ...problem.members,
  type: 'about:blank',
  title: problem.title,
  status: problem.status,
  detail: problem.message,
  ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  requestId,
})
