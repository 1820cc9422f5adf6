import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import type { Principal } from '../auth/principal.ts'
import { OverflowUnavailable } from '../overflow/overflow.ts'
import { isDatabaseUnavailable, isTimeout } from '../postgres/pool.ts'
import { continueTrace } from '../telemetry/traceparent.ts'
import { messageOf, ndjsonBody } from './ndjson.ts'
import {
  databaseAway,
  type FieldError,
  HttpProblem,
  invalid,
  notFound,
  overflowAway,
  problemBody,
  tookTooLong,
} from './problem.ts'
import type { RequestOrigin, Route, RouteOutput } from './route.ts'

/** Of a request body, in bytes of UTF-8. */
export const bodyLimitBytes = 4 * 1024 * 1024

/** A request as any host (API Gateway, the local server) brings it. */
export interface ApiRequest {
  method: string
  /** Still percent-encoded, without the query. */
  path: string
  /** What stands before `path` in the address that the client used, such as `/v1`; default nothing. */
  basePath?: string
  query: Record<string, string[]>
  /** Names in lower case. */
  headers: Record<string, string>
  body: string | undefined
  principal: Principal
}

export interface ApiResponse {
  status: number
  headers: Record<string, string>
  body: string | AsyncIterable<string | Uint8Array>
}

export type Dispatch = (request: ApiRequest) => Promise<ApiResponse>

export interface DispatchOptions<Context> {
  routes: Route<Context>[]
  context: Context
  /** A fault of ours, for the log; the client sees its request id only. */
  reportFault: (error: unknown, requestId: string) => void
  /** Asked before a route handles a request: throws an HttpProblem for one that may not. Default: all may. */
  admit?: (request: ApiRequest, route: Route<Context>) => Promise<void>
  /** Calls a route's handler, which it is given; default: as it is. */
  around?: (handle: () => Promise<RouteOutput>) => Promise<RouteOutput>
  /** Told of each answer; `route` is undefined where none matched. */
  observe?: (answer: Answered<Context>) => void
}

export interface Answered<Context> {
  request: ApiRequest
  route: Route<Context> | undefined
  origin: RequestOrigin
  status: number
  /** Until the answer, or its first piece, was there. */
  ms: number
}

/** Finds the request's route, validates, answers; whatever is thrown below becomes a problem document. */
export const createDispatch = <Context>(options: DispatchOptions<Context>): Dispatch => {
  const {
    context,
    reportFault,
    admit = async () => {},
    around = (handle) => handle(),
    observe = () => {},
  } = options
  const find = createRouter(options.routes)
  return async (request) => {
    const startedAt = performance.now()
    const given = request.headers['x-request-id']
    const requestId = requestIdOf(given)
    const origin = originOf(request, requestId)
    let match: Match<Context> | undefined
    const answer = async (): Promise<ApiResponse> => {
      try {
        checkRequestId(given)
        match = find(request)
        const { route, parameters } = match
        await admit(request, route)
        const input = { ...validate(route, request, parameters), origin }
        return respond(await around(() => route.handle(context, input)), requestId)
      } catch (error) {
        return respondWithProblem(asProblem(error, requestId, reportFault), requestId)
      }
    }
    const response = await answer()
    const ms = performance.now() - startedAt
    observe({ request, route: match?.route, origin, status: response.status, ms })
    return response
  }
}

const originOf = ({ principal, headers }: ApiRequest, requestId: string): RequestOrigin => ({
  ...{ tenantId: principal.tenantId, requestId, subject: principal.subject },
  traceparent: continueTrace(headers.traceparent),
})

const requestIdPattern = /^[\x21-\x7e]{1,256}$/

/** The client's own, where it can be kept, or a new one. */
export const requestIdOf = (given: string | undefined): string =>
  given !== undefined && requestIdPattern.test(given) ? given : randomUUID()

/** The client's own id makes a retry harmless: one that we cannot keep is refused, not replaced in silence. */
const checkRequestId = (given: string | undefined): void => {
  if (given === undefined || requestIdPattern.test(given)) return
  const message = 'must have 1 to 256 visible ASCII characters'
  throw invalid([{ field: 'headers.X-Request-Id', message }])
}

interface Match<Context> {
  route: Route<Context>
  parameters: Record<string, string>
}

const createRouter = <Context>(routes: Route<Context>[]) => {
  const compiled = routes.map((route) => ({ route, segments: route.path.split('/') }))
  return ({ method, path }: ApiRequest): Match<Context> => {
    const segments = path.split('/')
    const allowed: string[] = []
    for (const { route, segments: pattern } of compiled) {
      const parameters = matchSegments(pattern, segments)
      if (parameters === undefined) continue
      if (route.method === method) return { route, parameters }
      allowed.push(route.method)
    }
    if (allowed.length === 0) throw notFound(`there is no ${path}; GET /openapi.json lists what there is`)
    throw new HttpProblem(405, 'Method not allowed', `${path} takes ${allowed.join(', ')}, not ${method}`)
  }
}

const matchSegments = (pattern: string[], segments: string[]): Record<string, string> | undefined => {
  if (pattern.length !== segments.length) return undefined
  const parameters: Record<string, string> = {}
  for (let index = 0; index < pattern.length; index++) {
    const expected = pattern[index]!
    const segment = segments[index]!
    if (!expected.startsWith('{')) {
      if (expected !== segment) return undefined
    } else parameters[expected.slice(1, -1)] = decodeSegment(segment)
  }
  return parameters
}

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw invalid([{ field: 'path', message: `'${segment}' is not valid percent-encoding` }])
  }
}

const validate = <Context>(
  route: Route<Context>,
  request: ApiRequest,
  parameters: Record<string, string>,
) => ({
  tenantId: request.principal.tenantId,
  principal: request.principal,
  headers: request.headers,
  defaultWorld: request.headers['x-world'] ?? 'default',
  ifNoneMatch: request.headers['if-none-match'],
  path: parse(route.pathSchema, parameters, 'path'),
  query: parse(route.querySchema, flattenQuery(route, request.query), 'query'),
  body: route.bodySchema === undefined ? undefined : parse(route.bodySchema, parseBody(route, request), ''),
  url: urlOf(request),
})

const parse = (schema: z.ZodType | undefined, value: unknown, prefix: string): unknown => {
  if (schema === undefined) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(result.error.issues.slice(0, 10).flatMap((issue) => fieldErrors(issue, prefix)))
}

/** What is wrong with which field, in the words of a problem document. */
export const fieldErrors = (issue: z.core.$ZodIssue, prefix: string): FieldError[] => {
  const at = fieldName(issue.path, prefix)
  if (issue.code !== 'unrecognized_keys') return [{ field: at || 'body', message: messageOf(issue) }]
  return issue.keys.map((key) => ({
    field: fieldName([...issue.path, key], prefix),
    message: 'is not a field of this endpoint',
  }))
}

const fieldName = (path: PropertyKey[], prefix: string): string =>
  path.reduce<string>(
    (name, part) =>
      typeof part === 'number' ? `${name}[${part}]` : name === '' ? String(part) : `${name}.${String(part)}`,
    prefix,
  )

/**
 * A field given once is a string; given twice it is refused, since which one counts would be a guess. One that the
 * route lets repeat is an array.
 */
const flattenQuery = <Context>(
  route: Route<Context>,
  query: Record<string, string[]>,
): Record<string, string | string[]> => {
  const { repeated: mayRepeat = [] } = route
  const names = Object.keys(query)
  if (route.querySchema === undefined && names.length > 0) {
    throw invalid(
      names.map((name) => ({ field: `query.${name}`, message: 'is not a field of this endpoint' })),
    )
  }
  const repeated = names.find((name) => query[name]!.length > 1 && !mayRepeat.includes(name))
  if (repeated !== undefined) throw invalid([{ field: `query.${repeated}`, message: 'must be given once' }])
  return Object.fromEntries(
    names.map((name) => [name, mayRepeat.includes(name) ? query[name]! : query[name]![0]!]),
  )
}

// a page of another site may send any other type without asking first
const jsonType = /^application\/([\w.-]+\+)?json\b/i

const linesType = /^application\/x-ndjson\b/i

const parseBody = <Context>(
  { takesLines = false }: Route<Context>,
  { body, headers }: ApiRequest,
): unknown => {
  const type = headers['content-type'] ?? ''
  const isLines = takesLines && linesType.test(type)
  if (!isLines && !jsonType.test(type)) throw unsupportedType(takesLines)
  if (body === undefined || body === '')
    throw invalid([{ field: 'body', message: 'must be JSON, but there is none' }])
  if (body.length > bodyLimitBytes || Buffer.byteLength(body) > bodyLimitBytes) throw bodyTooLarge()
  if (isLines) return ndjsonBody(body)
  try {
    return JSON.parse(body)
  } catch (error) {
    throw invalid([{ field: 'body', message: `must be JSON${whyNoJson(error as SyntaxError)}` }])
  }
}

/** What V8 says, but for the piece of the text that it quotes: a body may hold what nobody else shall see. */
const whyNoJson = ({ message }: SyntaxError): string => {
  const [why] = message.split(/,? ?(?:\.\.\.)?"/)
  return why === '' ? '' : `: ${why}`
}

const unsupportedType = (takesLines: boolean): HttpProblem => {
  const types = `application/json${takesLines ? ' or application/x-ndjson' : ''}`
  const detail = `Send the body as JSON with the header Content-Type: ${types}.`
  return new HttpProblem(415, 'Unsupported media type', detail, {
    errors: [{ field: 'headers.Content-Type', message: `must be ${types}` }],
  })
}

export const bodyTooLarge = (limitBytes = bodyLimitBytes): HttpProblem =>
  new HttpProblem(413, 'Body too large', `A body may have ${limitBytes} bytes; send it in smaller batches.`, {
    errors: [{ field: 'body', message: `must have at most ${limitBytes} bytes` }],
  })

const urlOf = ({ basePath = '', path, query }: ApiRequest): URL => {
  const url = new URL(basePath + path, 'http://orrery')
  for (const [name, values] of Object.entries(query))
    for (const value of values) url.searchParams.append(name, value)
  return url
}

const respond = (
  { status, headers = {}, body, text, stream }: RouteOutput,
  requestId: string,
): ApiResponse => {
  const content = stream ?? text ?? JSON.stringify(body)
  const type: Record<string, string> = content === undefined ? {} : { 'content-type': 'application/json' }
  return { status, headers: { ...type, 'x-request-id': requestId, ...headers }, body: content ?? '' }
}

export const respondWithProblem = (
  problem: HttpProblem,
  requestId: string,
): ApiResponse & { body: string } => ({
  status: problem.status,
  headers: {
    'content-type': 'application/problem+json',
    'x-request-id': requestId,
    ...(problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) }),
    ...problem.headers,
  },
  body: JSON.stringify(problemBody(problem, requestId)),
})

/** What the client is told of an error: a problem as it is, anything else by its kind alone. */
export const asProblem = (
  error: unknown,
  requestId: string,
  reportFault: (error: unknown, requestId: string) => void,
): HttpProblem => {
  if (error instanceof HttpProblem) return error
  if (isDatabaseUnavailable(error)) return databaseAway(error)
  if (isTimeout(error)) return tookTooLong(error)
  reportFault(error, requestId)
  if (error instanceof OverflowUnavailable) return overflowAway(error)
  return new HttpProblem(
    500,
    'Internal error',
    `Something went wrong on our side; tell us the request id ${requestId}.`,
  )
}
