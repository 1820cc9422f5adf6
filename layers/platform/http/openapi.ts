import * as z from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
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

/** The OpenAPI 3.1 document of the routes, from the schemas that validate. */
export const openApiDocument = (routes: Route<never>[]): object => {
  const paths: ZodOpenApiPathsObject = {}
  for (const route of routes) {
    const operations = (paths[route.path] ??= {})
    operations[route.method.toLowerCase() as 'get'] = operationOf(route)
  }
  return createDocument({
    openapi: '3.1.1',
    info: { title: 'Orrery', version: '0.1.0', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
  })
}

const operationOf = (route: Route<never>): ZodOpenApiOperationObject => ({
  operationId: route.operationId,
  summary: route.summary,
  // a parameter set that is present but undefined is not understood
  requestParams: {
    ...(route.pathSchema === undefined ? {} : { path: route.pathSchema }),
    ...(route.querySchema === undefined ? {} : { query: route.querySchema }),
  },
  ...(route.bodySchema === undefined
    ? {}
    : { requestBody: { required: true, content: { 'application/json': { schema: route.bodySchema } } } }),
  responses: {
    ...Object.fromEntries(
      Object.entries(route.responses).map(([status, { description, schema }]) => [
        status,
        { description, ...(schema === undefined ? {} : { content: { 'application/json': { schema } } }) },
      ]),
    ),
    default: { description: 'A problem', content: { 'application/problem+json': { schema: problemSchema } } },
  },
})
