import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda'
import { isTenant } from '#platform/auth/claims'
import { isScope } from '#platform/auth/principal'

/** The attribute of a user of the pool that holds the tenant; administrators write it, the user must not. */
const tenantAttribute = 'custom:tenant'

/**
 * What Cognito puts into a user's tokens: the claim `tenant` from the user's attribute, and as scopes the names of
 * the user's groups that are scopes.
 *
 * @throws Error for a user without a tenant; Cognito tells it to whoever signs in, and makes no token.
 */
export const addClaims = (event: PreTokenGenerationV2TriggerEvent): PreTokenGenerationV2TriggerEvent => {
  const { userAttributes, groupConfiguration } = event.request
  const tenant = userAttributes[tenantAttribute]
  if (!isTenant(tenant))
    throw new Error(
      `This user belongs to no tenant: an administrator must set the attribute ${tenantAttribute}.`,
    )
  const scopesToAdd = (groupConfiguration.groupsToOverride ?? []).filter(isScope)
  const claimsToAddOrOverride = { tenant }
  const claimsAndScopeOverrideDetails = {
    idTokenGeneration: { claimsToAddOrOverride },
    accessTokenGeneration: { claimsToAddOrOverride, scopesToAdd },
  }
  return { ...event, response: { claimsAndScopeOverrideDetails } }
}
