import * as z from 'zod'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl } from '#platform/config/settings'

const environment = z.object({
  OIDC_ISSUER: resourceUrl,
  OIDC_AUDIENCE: resourceName,
  TENANT_CLAIM: z.string().default('tenant'),
  /** Keys the hash that stands for a user in logs; see IdentitySettings. */
  SUBJECT_KEY: z.string().optional(),
})

type AuthorizerConfig = Readonly<z.output<typeof environment>>

/** @throws InvalidEnvironment */
export const readAuthorizerConfig = (env: NodeJS.ProcessEnv): AuthorizerConfig =>
  readEnvironment('the function authorizer', environment, env)
