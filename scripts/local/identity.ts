import { anonymousPrincipal, localPrincipal } from '#platform/auth/principal'
import { createTokenVerifier, type IdentitySettings } from '#platform/auth/verifier'
import type { Door } from '#platform/http/local-server'
import { type IssuerKey, issuerDocuments } from './issuer-key.ts'

/** What tokens of the development issuer are made for. */
export const developmentAudience = 'orrery'

/**
 * The door of a stack that trusts the issuer which `settings` name: whoever comes without a token is nobody.
 *
 * @throws Error where the issuer is not an https URL (http: on this machine).
 */
export const closedDoor = (settings: IdentitySettings): Door => {
  const verifier = createTokenVerifier(settings)
  return {
    identify: async (authorization) =>
      authorization === undefined ? anonymousPrincipal : verifier.verify(authorization),
    documents: {},
  }
}

/**
 * The door of a stack that only this machine can reach, at `url`: it is the issuer itself, verifies tokens as any
 * other one would, over HTTP, and takes whoever comes without one for its owner.
 */
export const developmentDoor = (url: string, key: IssuerKey): Door => {
  const verifier = createTokenVerifier({ issuer: url, audience: developmentAudience })
  return {
    identify: async (authorization) =>
      authorization === undefined ? localPrincipal : verifier.verify(authorization),
    documents: issuerDocuments(url, key),
  }
}
