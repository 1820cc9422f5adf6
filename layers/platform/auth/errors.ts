const sentences = {
  'not-bearer': 'The header Authorization must be: Bearer TOKEN.',
  malformed: 'The token is not a signed JWT.',
  algorithm: 'The token is not signed with an asymmetric algorithm.',
  'unknown-key': 'The token is signed with a key that its issuer does not publish.',
  signature: 'The signature of the token does not fit.',
  issuer: 'The token is of another issuer.',
  audience: 'The token is for another audience.',
  kind: 'The token is not an access token.',
  expired: 'The token has expired.',
  'not-yet-valid': 'The token is not valid yet.',
  'no-expiry': 'The token has no time of expiry (claim exp).',
  'no-subject': 'The token names no user (claim sub).',
  'no-tenant': 'The token names no tenant.',
} as const

export type TokenFault = keyof typeof sentences

/**
 * A token that proves nothing. Says what is wrong in general and carries neither the token nor a claim of it, nor
 * jose's error, which holds the claims: whoever logs it gives nothing away.
 */
export class TokenRefused extends Error {
  readonly code = 'token-refused'
  readonly fault: TokenFault

  constructor(fault: TokenFault) {
    super(sentences[fault])
    this.fault = fault
  }
}

/** The issuer's configuration or keys cannot be had, so that no token can be judged. */
export class IssuerUnavailable extends Error {
  readonly code = 'issuer-unavailable'

  constructor(issuer: string, cause: unknown) {
    super(`the keys of the issuer ${issuer} cannot be had: ${(cause as Error).message}`, { cause })
  }
}
