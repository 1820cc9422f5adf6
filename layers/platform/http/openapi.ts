import * as z from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { Scope } from '../auth/principal.ts'
import type { Route } from './route.ts'

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' })

/** The OpenAPI 3.1 document of the routes, from the schemas that validate and the scopes that admit. */
export const openApiDocument = (routes: Route<never>[], scopeOf: ScopeOf, basePath = ''): object => {
  const paths: ZodOpenApiPathsObject = {}
  for (const route of routes) {
    const operations = (paths[route.path] ??= {})
    operations[route.method.toLowerCase() as 'get'] = operationOf(route, scopeOf(route.operationId))
  }
  return createDocument({
    openapi: '3.1.1',
    info: { title: 'Orrery', version: '0.1.0', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    paths,
    components: { securitySchemes: { token } },
  })
}

/** What a token must allow for the operation. */
type ScopeOf = (operationId: string) => Scope | 'public'

const token = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'An access token of the configured issuer, with a tenant and the scopes that the operation names',
} as const

const operationOf = (route: Route<never>, scope: Scope | 'public'): ZodOpenApiOperationObject => ({
  operationId: route.operationId,
  summary: route.summary,
  // roles of a bearer token: OpenAPI 3.1, Security Requirement Object
  security: scope === 'public' ? [] : [{ token: [scope] }],
  // a parameter set that is present but undefined is not understood
  requestParams: {
    ...(route.pathSchema === undefined ? {} : { path: route.pathSchema }),
    ...(route.querySchema === undefined ? {} : { query: route.querySchema }),
  },
  ...(route.bodySchema === undefined ? {} : { requestBody: { required: true, content: contentOf(route) } }),
  responses: {
    ...Object.fromEntries(
      Object.entries(route.responses).map(([status, { description, schema }]) => [
        status,
        { description, ...(schema === undefined ? {} : { content: { 'application/json': { schema } } }) },
      ]),
    ),
    ...(scope === 'public' ? {} : admissionProblems(scope)),
    default: problem('A problem'),
  },
})

const contentOf = ({ bodySchema, takesLines = false }: Route<never>) => ({
  'application/json': { schema: bodySchema! },
  ...(takesLines && { 'application/x-ndjson': { schema: z.string() } }),
})

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
})

const admissionProblems = (scope: Scope) => ({
  401: problem('No token, or one that proves nothing; WWW-Authenticate says why'),
  403: problem(`The token lacks the scope ${scope}`),
  429: problem('The tenant sends more than it may; Retry-After says when it may again'),
})
