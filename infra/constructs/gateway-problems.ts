import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway'

interface GatewayProblem {
  on: ResponseType[]
  status: number
  title: string
  detail: string
  headers?: Record<string, string>
}

const retrySoon = { 'Retry-After': "'5'" }

/** What the gateway answers by itself, before or after our own code. */
const problems: GatewayProblem[] = [
  {
    on: [ResponseType.BAD_REQUEST_BODY, ResponseType.BAD_REQUEST_PARAMETERS],
    status: 400,
    title: 'Invalid request',
    detail: 'The request is not one of this API.',
  },
  {
    on: [ResponseType.UNAUTHORIZED],
    status: 401,
    title: 'Unauthorized',
    detail: 'Send a valid token: Authorization: Bearer TOKEN.',
    headers: { 'WWW-Authenticate': "'Bearer'" },
  },
  {
    on: [ResponseType.ACCESS_DENIED, ResponseType.EXPIRED_TOKEN, ResponseType.INVALID_SIGNATURE],
    status: 403,
    title: 'Forbidden',
    detail: 'The token does not allow this.',
  },
  {
    // what the gateway calls a missing token is a path without a route
    on: [ResponseType.MISSING_AUTHENTICATION_TOKEN, ResponseType.RESOURCE_NOT_FOUND],
    status: 404,
    title: 'Not found',
    detail: 'There is no such endpoint; GET /openapi.json lists them.',
  },
  {
    on: [ResponseType.REQUEST_TOO_LARGE],
    status: 413,
    title: 'Request too large',
    detail: 'A body may have 4 MB.',
  },
  {
    on: [ResponseType.UNSUPPORTED_MEDIA_TYPE],
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send application/json.',
  },
  {
    on: [ResponseType.THROTTLED, ResponseType.QUOTA_EXCEEDED],
    status: 429,
    title: 'Too many requests',
    detail: 'Send the request again later.',
    headers: retrySoon,
  },
  {
    on: [
      ResponseType.DEFAULT_5XX,
      ResponseType.API_CONFIGURATION_ERROR,
      ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
      ResponseType.AUTHORIZER_FAILURE,
    ],
    status: 500,
    title: 'Internal error',
    detail: 'The fault is ours; the request id finds it in our log.',
  },
  {
    on: [ResponseType.INTEGRATION_FAILURE, ResponseType.INTEGRATION_TIMEOUT],
    status: 504,
    title: 'No answer in time',
    detail: 'The request may still take effect; GET /requests/{id} says so.',
    headers: retrySoon,
  },
]

/** RFC 9457 also where no code of ours answers. */
export const answerWithProblems = (api: RestApi): void => {
  for (const { on, status, title, detail, headers } of problems)
    for (const type of on)
      api.addGatewayResponse(`Problem${type.responseType}`, {
        type,
        statusCode: String(status),
        responseHeaders: {
          'Content-Type': "'application/problem+json'",
          'X-Request-Id': 'context.requestId',
          ...headers,
        },
        templates: { 'application/json': problemTemplate({ title, status, detail }) },
      })
}

const problemTemplate = (problem: { title: string; status: number; detail: string }): string =>
  JSON.stringify({ type: 'about:blank', ...problem, requestId: '$context.requestId' })
