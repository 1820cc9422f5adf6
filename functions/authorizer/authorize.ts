import type { APIGatewayAuthorizerWithContextResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda'
import { type AuthorizerContext, toAuthorizerContext } from '#platform/auth/authorizer-context'
import { IssuerUnavailable, TokenRefused } from '#platform/auth/errors'
import type { TokenVerifier } from '#platform/auth/verifier'
import type { Log } from '#platform/telemetry/log'

export interface AuthorizeContext {
  verifier: TokenVerifier
  log: Log
}

export type Authorization = APIGatewayAuthorizerWithContextResult<
  AuthorizerContext & { [name: string]: string }
>

/**
 * Answers a REST API of API Gateway who the token names. The gateway keeps the answer by the token and uses it for
 * other requests of the same one, so it allows the whole stage: what a scope allows is decided by the routes.
 * A token that expires is let in until the gateway forgets it, five minutes at most.
 *
 * @throws Error 'Unauthorized', which the gateway answers as 401; anything else it answers as 500.
 */
export const authorize = async (
  { verifier, log }: AuthorizeContext,
  { authorizationToken, methodArn }: APIGatewayTokenAuthorizerEvent,
): Promise<Authorization> => {
  try {
    const principal = await verifier.verify(authorizationToken)
    return {
      principalId: principal.subject,
      policyDocument: allowStage(methodArn),
      context: { ...toAuthorizerContext(principal) },
    }
  } catch (error) {
    if (error instanceof TokenRefused) {
      log(`token refused: ${error.message}`, { level: 'info', fault: error.fault })
      throw new Error('Unauthorized')
    }
    if (error instanceof IssuerUnavailable) log(error.message, { level: 'error' })
    throw error
  }
}

/** arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH → all of API/STAGE */
const allowStage = (methodArn: string): Authorization['policyDocument'] => ({
  Version: '2012-10-17',
  Statement: [
    {
      Action: 'execute-api:Invoke',
      Effect: 'Allow',
      Resource: `${methodArn.split('/').slice(0, 2).join('/')}/*`,
    },
  ],
})
