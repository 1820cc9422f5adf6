import middy from '@middy/core'
import type { APIGatewayTokenAuthorizerEvent } from 'aws-lambda'
import { createTokenVerifier } from '#platform/auth/verifier'
import { lambdaTelemetry } from '#platform/telemetry/lambda'
import { type Authorization, type AuthorizeContext, authorize } from './authorize.ts'
import { readAuthorizerConfig } from './config.ts'

const { log, middleware } = lambdaTelemetry(process.env)
// made at the first event and kept for the next ones of this environment, and the issuer's keys with it
let context: AuthorizeContext | undefined

const createContext = (): AuthorizeContext => {
  const config = readAuthorizerConfig(process.env)
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = config
  const { TENANT_CLAIM: tenantClaim, SUBJECT_KEY: subjectKey } = config
  return { verifier: createTokenVerifier({ issuer, audience, tenantClaim, subjectKey }), log }
}

export const handler = middy<APIGatewayTokenAuthorizerEvent, Authorization>()
  .use(middleware)
  .handler(async (event) => {
    context ??= createContext()
    return authorize(context, event)
  })
