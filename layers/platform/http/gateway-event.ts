import type { APIGatewayProxyEvent } from 'aws-lambda'
import { fromAuthorizerContext } from '../auth/authorizer-context.ts'
import { traceparentOfXray } from '../telemetry/xray.ts'
import type { ApiRequest } from './dispatch.ts'
import { invalid } from './problem.ts'

/**
 * The request in a proxy event of API Gateway.
 *
 * @throws HttpProblem 400 for a body that is not UTF-8.
 */
export const toRequest = (event: APIGatewayProxyEvent): ApiRequest => ({
  method: event.httpMethod,
  path: encodePath(event.path),
  basePath: basePathOf(event),
  query: (event.multiValueQueryStringParameters ?? {}) as Record<string, string[]>,
  headers: withTrace(withRequestId(headersOf(event), event)),
  body: event.body === null ? undefined : bodyOf(event.body, event.isBase64Encoded),
  principal: fromAuthorizerContext(event.requestContext.authorizer),
})

/**
 * A REST API passes the path on percent-encoded, as it came; an HTTP API and some emulators have decoded it. What
 * stands in no encoded path is encoded here, so that both read alike, but for a slash that was encoded: decoded it
 * cannot be told from one that divides.
 */
const encodePath = (path: string): string =>
  path.toWellFormed().replace(/%(?![0-9A-Fa-f]{2})|[^!-~]|[?#"<>\\^`{|}]/gu, encodeURIComponent)

/** A gateway's own name has the stage before the path, which `path` has not; a domain of one's own has nothing. */
const basePathOf = ({ path, requestContext }: APIGatewayProxyEvent): string => {
  const whole = requestContext.path
  return whole?.endsWith(path) ? whole.slice(0, -path.length) : ''
}

/** Names in lower case. What was sent more than once is joined, as RFC 9110 has it, rather than decided upon. */
const headersOf = ({ headers, multiValueHeaders }: APIGatewayProxyEvent): Record<string, string> => {
  const joined: Record<string, string> = {}
  for (const [name, value] of Object.entries(multiValueHeaders ?? headers ?? {}))
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  return joined
}

/** The gateway's own id stands in its access log: unless the sender has another one, the request keeps it. */
const withRequestId = (
  headers: Record<string, string>,
  { requestContext }: APIGatewayProxyEvent,
): Record<string, string> =>
  requestContext.requestId === undefined ? headers : { 'x-request-id': requestContext.requestId, ...headers }

/** AWS names a request by X-Ray's header where its sender has not named it: then its events carry that trace. */
const withTrace = (headers: Record<string, string>): Record<string, string> => {
  const xray = process.env._X_AMZN_TRACE_ID ?? headers['x-amzn-trace-id']
  const traceparent = headers.traceparent ?? traceparentOfXray(xray)
  return traceparent === undefined ? headers : { ...headers, traceparent }
}

const bodyOf = (body: string, isBase64Encoded: boolean): string => {
  if (!isBase64Encoded) return body
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body, 'base64'))
  } catch {
    throw invalid([{ field: 'body', message: 'must be UTF-8' }])
  }
}
