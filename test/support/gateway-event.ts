import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { AuthorizerContext } from '#platform/auth/authorizer-context'
import { scopes } from '#platform/auth/principal'

export interface GatewayRequest {
  /** Path, still percent-encoded, and query. */
  path: string
  method?: string
  headers?: Record<string, string>
  /** Sent as JSON, a text as it is. */
  body?: unknown
  /** Undefined: of a path without an authoriser. Default: a user of the tenant acme with every scope. */
  authorizer?: AuthorizerContext | undefined
}

const everything: AuthorizerContext = { tenantId: 'acme', subject: 'u1', scopes: scopes.join(' ') }

/** What a REST API sends to the function behind it. */
export const gatewayEvent = (request: GatewayRequest): APIGatewayProxyEvent => {
  const { path, method = 'GET', headers = {}, body } = request
  const url = new URL(path, 'http://gateway')
  const query = Map.groupBy(url.searchParams, ([name]) => name)
  const sent: Record<string, string> = { 'Content-Type': 'application/json', ...headers }
  return {
    resource: '/{proxy+}',
    httpMethod: method,
    path: path.split('?')[0],
    headers: sent,
    multiValueHeaders: Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, [value]])),
    queryStringParameters: query.size === 0 ? null : Object.fromEntries(url.searchParams),
    multiValueQueryStringParameters:
      query.size === 0
        ? null
        : Object.fromEntries([...query].map(([name, pairs]) => [name, pairs.map(([, value]) => value)])),
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      path: `/v1${path.split('?')[0]}`,
      authorizer: 'authorizer' in request ? (request.authorizer ?? null) : everything,
    },
  } as unknown as APIGatewayProxyEvent
}
