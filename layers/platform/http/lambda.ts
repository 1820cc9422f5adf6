import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { type ApiRequest, type ApiResponse, type Dispatch, respondWithProblem } from './dispatch.ts'
import { toRequest } from './gateway-event.ts'
import { HttpProblem } from './problem.ts'

/** What API Gateway (or the local server) sends on; a long body is a stream. */
export interface LambdaResponse {
  statusCode: number
  headers: Record<string, string>
  body: string | Readable
}

export type ApiHandler = (event: APIGatewayProxyEvent) => Promise<LambdaResponse>

/** Answers API Gateway's proxy events by a set of routes. */
export const toApiHandler =
  (dispatch: Dispatch): ApiHandler =>
  async (event) =>
    toResponse(await answer(dispatch, event))

const answer = async (dispatch: Dispatch, event: APIGatewayProxyEvent): Promise<ApiResponse> => {
  let request: ApiRequest
  try {
    request = toRequest(event)
  } catch (error) {
    if (error instanceof HttpProblem) return respondWithProblem(error, randomUUID())
    throw error
  }
  return dispatch(request)
}

const toResponse = ({ status, headers, body }: ApiResponse): LambdaResponse => ({
  statusCode: status,
  headers,
  body: typeof body === 'string' ? body : Readable.from(body),
})
