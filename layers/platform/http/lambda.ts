import { Readable } from 'node:stream'
import middy from '@middy/core'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { localPrincipal, type Principal, type Scope } from '../auth/principal.ts'
import type { ApiRequest, Dispatch } from './dispatch.ts'

/** What API Gateway (or the local server) sends on; a long body is a stream. */
export interface LambdaResponse {
  statusCode: number
  headers: Record<string, string>
  body: string | Readable
}

export type ApiHandler = (event: APIGatewayProxyEvent, context?: unknown) => Promise<LambdaResponse>

/** The Lambda handler of a set of routes: API Gateway's proxy event in, its response out. */
export const toLambdaHandler = (dispatch: Dispatch): ApiHandler =>
  middy<APIGatewayProxyEvent, LambdaResponse>().handler(async (event) => {
    const { status, headers, body } = await dispatch(toRequest(event))
    return { statusCode: status, headers, body: typeof body === 'string' ? body : Readable.from(body) }
  }) as unknown as ApiHandler

const toRequest = (event: APIGatewayProxyEvent): ApiRequest => ({
  method: event.httpMethod,
  path: event.path,
  query: (event.multiValueQueryStringParameters ?? {}) as Record<string, string[]>,
  headers: Object.fromEntries(
    Object.entries(event.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), value]],
    ),
  ),
  body:
    event.body === null
      ? undefined
      : event.isBase64Encoded
        ? Buffer.from(event.body, 'base64').toString()
        : event.body,
  principal: principalOf(event.requestContext.authorizer),
})

/** What the authoriser found; without one only this machine can send requests. */
const principalOf = (context: APIGatewayProxyEvent['requestContext']['authorizer']): Principal => {
  if (context?.tenantId === undefined) return localPrincipal
  const { tenantId, subject, scopes } = context as Record<string, string>
  return { tenantId: tenantId!, subject: subject!, scopes: (scopes ?? '').split(' ') as Scope[] }
}
