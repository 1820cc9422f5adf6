import middy from '@middy/core'
import { executionModeStreamifyResponse } from '@middy/core/StreamifyResponse'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { readEnvironment } from '#platform/config/environment'
import { bufferResponse } from '#platform/http/buffer-response'
import type { LambdaResponse } from '#platform/http/lambda'
import { type LambdaTelemetry, lambdaTelemetry } from '#platform/telemetry/lambda'
import { streamingSettings } from './api-settings.ts'
import { type Api, type ApiOptions, createApi } from './create-api.ts'

/** What the API of one function needs, beside what it says and measures. */
export interface LambdaApiOptions extends Omit<ApiOptions, 'reportFault' | 'metrics' | 'access'> {
  /** Awaited after each answer: what was begun without making the client wait must not be frozen half done. */
  flush?: () => Promise<unknown>
}

/**
 * The handler of a function behind the REST API. It streams where API_STREAMING says that the gateway does;
 * otherwise a stream is collected first. `setUp` is called at the first request, and what it makes is kept for the
 * others of this environment.
 */
export const createApiHandler = (setUp: (telemetry: LambdaTelemetry) => LambdaApiOptions) => {
  const telemetry = lambdaTelemetry(process.env)
  const reportFault = faultReporter(telemetry)
  let made: { api: Api; flush: LambdaApiOptions['flush'] } | undefined
  const answer = (event: APIGatewayProxyEvent): Promise<LambdaResponse> => {
    made ??= makeApi(setUp(telemetry), telemetry, reportFault)
    return made.api.handler(event)
  }
  const requestEnd = () => made?.flush?.()
  const { API_STREAMING: streams } = readEnvironment('the API', streamingSettings, process.env)
  const handler = streams
    ? middy<APIGatewayProxyEvent, LambdaResponse>({
        executionMode: executionModeStreamifyResponse,
        requestEnd,
      }).handler(answer)
    : middy<APIGatewayProxyEvent, LambdaResponse>({ requestEnd }).handler(async (event) =>
        bufferResponse(await answer(withoutCompression(event)), reportFault),
      )
  return handler.use(telemetry.middleware)
}

/** What is collected is a text. */
const withoutCompression = ({ headers, multiValueHeaders, ...event }: APIGatewayProxyEvent) => ({
  ...event,
  headers: textHeaders(headers),
  multiValueHeaders: textHeaders(multiValueHeaders),
})

const textHeaders = <T extends object | null>(headers: T): T =>
  (headers &&
    Object.fromEntries(
      Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'accept-encoding'),
    )) as T

type ReportFault = ApiOptions['reportFault']

const makeApi = (
  { flush, ...options }: LambdaApiOptions,
  { log, metrics }: LambdaTelemetry,
  reportFault: ReportFault,
) => ({ api: createApi({ ...options, reportFault, metrics, access: log }), flush })

const faultReporter =
  ({ log }: LambdaTelemetry): ReportFault =>
  (error, requestId) => {
    const stack = error instanceof Error ? error.stack : undefined
    log(`a request failed: ${error instanceof Error ? error.message : String(error)}`, {
      ...{ level: 'error', requestId, stack },
    })
  }
