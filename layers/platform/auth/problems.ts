import { HttpProblem } from '../http/problem.ts'
import { IssuerUnavailable, TokenRefused } from './errors.ts'
import type { Scope } from './principal.ts'

const realm = 'Bearer realm="orrery"'

/** What keeps the sender of a token out, as HTTP says it (RFC 6750); anything else is thrown on by the caller. */
export const authenticationProblem = (error: unknown): HttpProblem | undefined => {
  if (error instanceof TokenRefused) {
    const challenge = `${realm}, error="invalid_token", error_description="${error.message}"`
    return new HttpProblem(401, 'Not authenticated', error.message, {
      headers: { 'www-authenticate': challenge },
    })
  }
  if (!(error instanceof IssuerUnavailable)) return undefined
  const detail = 'The issuer of the tokens cannot be reached now; send the request again later.'
  return new HttpProblem(503, 'Issuer unavailable', detail, { retryAfterSeconds: 10, cause: error })
}

export const tokenMissing = (): HttpProblem =>
  new HttpProblem(401, 'Not authenticated', 'Send a token: the header Authorization: Bearer TOKEN.', {
    headers: { 'www-authenticate': realm },
  })

export const scopeMissing = (scope: Scope): HttpProblem =>
  new HttpProblem(403, 'Scope missing', `The token lacks the scope ${scope}.`, {
    headers: { 'www-authenticate': `${realm}, error="insufficient_scope", scope="${scope}"` },
  })
