import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { addClaims } from './add-claims.ts'

const event = (attributes: Record<string, string>, groups?: string[]) =>
  ({
    version: '2',
    triggerSource: 'TokenGeneration_Authentication',
    request: {
      userAttributes: { sub: 'u', ...attributes },
      groupConfiguration: { groupsToOverride: groups },
    },
    response: { claimsAndScopeOverrideDetails: null },
  }) as unknown as PreTokenGenerationV2TriggerEvent

describe('the tokens of a user of the pool', () => {
  it('name the tenant, and allow what the groups do that are scopes', () => {
    const answered = addClaims(event({ 'custom:tenant': 'acme' }, ['world:read', 'staff', 'world:admin']))
    expect(answered.version).toBe('2')
    expect(answered.response.claimsAndScopeOverrideDetails).toEqual({
      idTokenGeneration: { claimsToAddOrOverride: { tenant: 'acme' } },
      accessTokenGeneration: {
        claimsToAddOrOverride: { tenant: 'acme' },
        scopesToAdd: ['world:read', 'world:admin'],
      },
    })
  })

  it('allow nothing where the user is in no group', () => {
    const { response } = addClaims(event({ 'custom:tenant': 'acme' }))
    expect(response.claimsAndScopeOverrideDetails.accessTokenGeneration?.scopesToAdd).toEqual([])
  })

  it.each([[{}], [{ 'custom:tenant': '' }], [{ 'custom:tenant': 'a b' }]])(
    'are not made without a tenant: %j',
    (attributes) => {
      expect(() => addClaims(event(attributes as Record<string, string>))).toThrow('custom:tenant')
    },
  )
})
