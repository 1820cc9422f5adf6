import { describe, expect, it } from 'vitest'
import { openApiDocument } from '#platform/http/openapi'
import type { Route } from '#platform/http/route'
import { apiRoutes } from './api-routes.ts'
import { checkRouteScopes, scopeOf } from './route-scopes.ts'

describe('the table of scopes', () => {
  it('names every route of the API and no other', () => {
    expect(() => checkRouteScopes(apiRoutes)).not.toThrow()
    expect(() => checkRouteScopes([...apiRoutes, { operationId: 'newcomer' }])).toThrow('newcomer')
    expect(() => checkRouteScopes(apiRoutes.slice(1))).toThrow(apiRoutes[0]!.operationId)
    expect(() => scopeOf('toString')).toThrow('toString')
  })

  it('lets nobody change a world who may only read', () => {
    // what these ask is too long for an address; a message of the MCP changes nothing: what its tools ask goes through
    // the same table
    const readByPost = ['queryWorld', 'askContext', 'mcp']
    const changing = apiRoutes.filter(
      ({ method, operationId }) => method !== 'GET' && !readByPost.includes(operationId),
    )
    for (const { operationId } of changing) expect(scopeOf(operationId)).toMatch(/^world:(write|admin)$/)
  })

  it('keeps all but the API’s own description behind a token', () => {
    expect(
      apiRoutes.filter(({ operationId }) => scopeOf(operationId) === 'public').map(({ path }) => path),
    ).toEqual(['/openapi.json'])
  })
})

it('the OpenAPI document says of each operation what it needs and how it refuses', () => {
  type Operation = { operationId: string; security: object[]; responses: Record<string, object> }
  const document = openApiDocument(apiRoutes as Route<never>[], scopeOf) as {
    paths: Record<string, Record<string, Operation>>
    components: { securitySchemes: Record<string, object> }
  }
  expect(document.components.securitySchemes.token).toMatchObject({ type: 'http', scheme: 'bearer' })
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
  expect(operations).toHaveLength(apiRoutes.length)
  for (const { operationId, security, responses } of operations) {
    const scope = scopeOf(operationId)
    expect(security).toEqual(scope === 'public' ? [] : [{ token: [scope] }])
    const refusals = ['401', '403', '429'].filter((status) => status in responses)
    expect(refusals).toHaveLength(scope === 'public' ? 0 : 3)
  }
})
