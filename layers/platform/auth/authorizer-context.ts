import { anonymousPrincipal, isScope, type Principal } from './principal.ts'

/** A principal as an authoriser of API Gateway passes it on to the functions behind it: texts alone. */
export interface AuthorizerContext {
  tenantId: string
  subject: string
  /** Between spaces. */
  scopes: string
}

export const toAuthorizerContext = ({ tenantId, subject, scopes }: Principal): AuthorizerContext => ({
  ...{ tenantId, subject },
  scopes: scopes.join(' '),
})

/** What the authoriser, or the local server in its place, found; without it nobody has proven who they are. */
export const fromAuthorizerContext = (found: Partial<AuthorizerContext> | null | undefined): Principal => {
  if (!found?.tenantId) return anonymousPrincipal
  const { tenantId, subject = '', scopes = '' } = found
  return { tenantId, subject, scopes: scopes.split(' ').filter(isScope) }
}
