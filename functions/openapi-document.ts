import { openApiDocument } from '#platform/http/openapi'
import type { Route } from '#platform/http/route'
import { apiRoutes } from './api-routes.ts'
import { scopeOf } from './route-scopes.ts'

// the same for every request but for where it came to: one gateway, or one domain, has one place
const documents = new Map<string, object>()

/** The OpenAPI document of the whole API below that path. */
export const documentAt = (basePath: string): object => {
  let document = documents.get(basePath)
  if (document === undefined) {
    document = openApiDocument(apiRoutes as Route<never>[], scopeOf, basePath)
    documents.set(basePath, document)
  }
  return document
}
