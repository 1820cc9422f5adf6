import type { APIGatewayTokenAuthorizerEvent } from 'aws-lambda'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fromAuthorizerContext } from '#platform/auth/authorizer-context'
import { anonymousPrincipal } from '#platform/auth/principal'
import { createTokenVerifier } from '#platform/auth/verifier'
import { type Issuer, startIssuer } from '../../test/support/issuer.ts'
import { authorize } from './authorize.ts'
import { readAuthorizerConfig } from './config.ts'

const audience = 'orrery'

let issuer: Issuer
let lines: string[]
beforeEach(async () => {
  issuer = await startIssuer(audience)
  lines = []
})
afterEach(() => issuer.stop())

const event = (authorizationToken: string): APIGatewayTokenAuthorizerEvent => ({
  type: 'TOKEN',
  methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/live/POST/worlds/w/physics/step',
  authorizationToken,
})

const ask = async (header: string) => {
  const verifier = createTokenVerifier({ issuer: issuer.url, audience })
  return authorize(
    { verifier, log: (line, fields) => lines.push(`${line} ${JSON.stringify(fields)}`) },
    event(header),
  )
}

describe('the authoriser', () => {
  it('allows the whole stage, whatever was asked first, and passes on who asks', async () => {
    const scope = 'world:read world:write'
    const token = await issuer.sign({ sub: 'ada', tenant: 'acme', scope })
    const { policyDocument, context, principalId } = await ask(`Bearer ${token}`)
    expect(policyDocument.Statement).toEqual([
      {
        ...{ Action: 'execute-api:Invoke', Effect: 'Allow' },
        Resource: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/live/*',
      },
    ])
    expect(context).toEqual({ tenantId: 'acme', subject: principalId, scopes: scope })
    expect(fromAuthorizerContext(context)).toEqual({
      ...{ tenantId: 'acme', subject: principalId, scopes: ['world:read', 'world:write'] },
    })
    expect(principalId).not.toContain('ada')
  })

  it('says nothing but Unauthorized of a token that proves nothing, and logs why, without the token', async () => {
    const token = await issuer.sign({ sub: 'ada', tenant: 'acme' }, -600)
    await expect(ask(`Bearer ${token}`)).rejects.toThrow(/^Unauthorized$/)
    expect(lines).toEqual([expect.stringContaining('"fault":"expired"')])
    expect(lines.join()).not.toContain(token.slice(0, 20))
  })

  it('does not call a token wrong when its issuer cannot be asked', async () => {
    const token = await issuer.sign({ sub: 'ada', tenant: 'acme' })
    await issuer.stop()
    await expect(ask(`Bearer ${token}`)).rejects.toThrow(/cannot be had/)
  })
})

it.each([undefined, null, {}, { tenantId: '' }])(
  'what no authoriser has passed on is nobody: %j',
  (found) => {
    expect(fromAuthorizerContext(found)).toBe(anonymousPrincipal)
  },
)

it('its settings name themselves when they are missing', () => {
  expect(() => readAuthorizerConfig({ OIDC_ISSUER: 'nonsense' })).toThrow(/OIDC_ISSUER.*OIDC_AUDIENCE/)
  expect(readAuthorizerConfig({ OIDC_ISSUER: 'https://issuer.example', OIDC_AUDIENCE: 'a' })).toEqual({
    ...{ OIDC_ISSUER: 'https://issuer.example', OIDC_AUDIENCE: 'a', TENANT_CLAIM: 'tenant' },
  })
})
