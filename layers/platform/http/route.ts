import type * as z from 'zod'
import type { Principal } from '../auth/principal.ts'

/** Where a request comes from: what its events' causes, its audit entries and its logs carry. */
export interface RequestOrigin {
  tenantId: string
  /** From X-Request-Id, or new; unique in its world. */
  requestId: string
  /** The user, hashed. */
  subject: string
  /** Of this request's own span (W3C Trace Context). */
  traceparent: string
}

/** A request as the edge hands it to a route, validated by the route's schemas. */
export interface RouteInput<Path, Query, Body> {
  tenantId: string
  origin: RequestOrigin
  /** Who sends it and what their token allows. */
  principal: Principal
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  path: Path
  query: Query
  body: Body
  /** For an endpoint without the world in its path or query: the header X-World, or `default`. */
  defaultWorld: string
  /** The header If-None-Match: see `hasEntityTag`. */
  ifNoneMatch: string | undefined
  /** Absolute path and query of this request, for links to the next page. */
  url: URL
}

export interface RouteOutput {
  status: number
  headers?: Record<string, string>
  /** Sent as JSON; without it, and without text or stream, the answer has no content. */
  body?: unknown
  /** JSON that was written before, instead of `body`. */
  text?: string
  /** Sent as it comes, instead of `body`: pieces of one text, or of what its content type and encoding say. */
  stream?: AsyncIterable<string | Uint8Array>
}

/** What the OpenAPI document says of an answer. */
export interface ResponseDescription {
  description: string
  schema?: z.ZodType
}

/** One endpoint. The same object validates, answers and describes itself in the OpenAPI document. */
export interface Route<Context> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/worlds/{world}/entities/{id}`: a name in braces is one segment, percent-encoded. */
  path: string
  operationId: string
  summary: string
  pathSchema?: z.ZodObject
  querySchema?: z.ZodObject
  /** Fields of the query that may be given more than once: their schema takes an array of texts. */
  repeated?: readonly string[]
  bodySchema?: z.ZodType
  /** Also takes application/x-ndjson: the schema gets a body for `readNdjson`. */
  takesLines?: boolean
  responses: Record<number, ResponseDescription>
  handle(context: Context, input: RouteInput<unknown, unknown, unknown>): Promise<RouteOutput>
}

/** Defines a route with its input typed by its schemas. */
export const route = <
  Context,
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
>(definition: {
  method: Route<Context>['method']
  path: string
  operationId: string
  summary: string
  pathSchema?: P
  querySchema?: Q
  repeated?: readonly (keyof z.input<Q> & string)[]
  bodySchema?: B
  takesLines?: boolean
  responses: Record<number, ResponseDescription>
  handle(context: Context, input: RouteInput<z.output<P>, z.output<Q>, z.output<B>>): Promise<RouteOutput>
}): Route<Context> => definition as unknown as Route<Context>
