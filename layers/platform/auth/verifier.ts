import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { requireSecure } from '../http/loopback.ts'
import { toPrincipal } from './claims.ts'
import { TokenRefused } from './errors.ts'
import { issuerKeys } from './issuer-keys.ts'
import type { Principal } from './principal.ts'

/** Whose tokens are taken. */
export interface IdentitySettings {
  /** URL of an OpenID Connect issuer, exactly as its tokens name it. */
  issuer: string
  /** This API's name at the issuer; for tokens of Cognito, the app client's id. */
  audience: string
  /** The claim that holds the tenant; default `tenant`. */
  tenantClaim?: string | undefined
  /**
   * Keys the hash that stands for a user in logs and in the audit log. Default: the issuer, which is no secret but
   * needs none to be kept, and is enough where the issuer's ids of users are random, as most are; set a secret one
   * where they can be guessed. Whoever changes it cuts what a user did before from what the user does after.
   */
  subjectKey?: string | undefined
}

export interface TokenVerifier {
  /**
   * Who the header `Authorization: Bearer TOKEN` names.
   *
   * @throws TokenRefused for a token that proves nothing, IssuerUnavailable where the issuer's keys cannot be had.
   */
  verify(authorization: string): Promise<Principal>
}

// a shared secret (HS256) would let whoever can verify a token make one
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'].concat([
  'Ed25519',
  'EdDSA',
])

const clockToleranceSeconds = 10

/** @throws Error where the issuer is not an https URL (http: on this machine). */
export const createTokenVerifier = (settings: IdentitySettings): TokenVerifier => {
  const { issuer, audience, tenantClaim = 'tenant', subjectKey = issuer } = settings
  requireSecure('the issuer', issuer)
  const keys = issuerKeys(issuer)
  return {
    verify: async (authorization) => {
      const claims = await verifiedClaims(bearerToken(authorization), issuer, keys)
      requireAccessToken(claims)
      if (!isFor(claims, audience)) throw new TokenRefused('audience')
      return toPrincipal(claims, { tenantClaim, subjectKey })
    },
  }
}

const bearerToken = (authorization: string): string => {
  const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1]
  if (token === undefined) throw new TokenRefused('not-bearer')
  return token
}

const verifiedClaims = async (token: string, issuer: string, keys: JWTVerifyGetKey): Promise<JWTPayload> => {
  try {
    // before its key is looked for: somebody else's token is told so, and makes nobody ask for keys
    if (decodeJwt(token).iss !== issuer) throw new TokenRefused('issuer')
    const options = { issuer, algorithms, requiredClaims: ['exp'], clockTolerance: clockToleranceSeconds }
    return (await jwtVerify(token, keys, options)).payload
  } catch (error) {
    throw error instanceof errors.JOSEError ? refusalOf(error) : error
  }
}

const refusalOf = (error: errors.JOSEError): TokenRefused => {
  if (error instanceof errors.JWTExpired) return new TokenRefused('expired')
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return new TokenRefused('issuer')
    return new TokenRefused(error.claim === 'exp' ? 'no-expiry' : 'not-yet-valid')
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return new TokenRefused('algorithm')
  if (error instanceof errors.JWKSNoMatchingKey) return new TokenRefused('unknown-key')
  if (error instanceof errors.JWKSMultipleMatchingKeys) return new TokenRefused('unknown-key')
  if (error instanceof errors.JWSSignatureVerificationFailed) return new TokenRefused('signature')
  return new TokenRefused('malformed')
}

/** An ID token tells an app who signed in; it is not meant for an API. Cognito says which kind a token is. */
const requireAccessToken = ({ token_use: kind }: JWTPayload): void => {
  if (kind !== undefined && kind !== 'access') throw new TokenRefused('kind')
}

/** Access tokens of Cognito have no audience: they name the app client that they were made for. */
const isFor = ({ aud, client_id: client, token_use: kind }: JWTPayload, audience: string): boolean =>
  aud === undefined ? kind === 'access' && client === audience : [aud].flat().includes(audience)
