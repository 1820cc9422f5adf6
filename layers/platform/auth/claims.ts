import { createHmac } from 'node:crypto'
import { TokenRefused } from './errors.ts'
import { isScope, type Principal, type Scope } from './principal.ts'

/** What a verified token says. */
export type Claims = Record<string, unknown>

export interface ClaimNames {
  /** The claim that holds the tenant. */
  tenantClaim: string
  /** Of the hash that stands for a user. */
  subjectKey: string
}

/**
 * Who the claims of a verified token name.
 *
 * @throws TokenRefused where they name no tenant or no user.
 */
export const toPrincipal = (claims: Claims, { tenantClaim, subjectKey }: ClaimNames): Principal => {
  const tenantId = Object.hasOwn(claims, tenantClaim) ? claims[tenantClaim] : undefined
  if (!isTenant(tenantId)) throw new TokenRefused('no-tenant')
  if (typeof claims.sub !== 'string' || claims.sub === '') throw new TokenRefused('no-subject')
  return { tenantId, subject: hashSubject(claims.sub, subjectKey), scopes: scopesOf(claims) }
}

/** A tenant's name is 1 to 256 visible ASCII characters. */
export const isTenant = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value)

/**
 * A user's id must not stand in logs, but what one user did should be found together. A plain hash could be tried
 * out for ids that can be guessed (an e-mail address), so it is keyed. 64 bits: two of a million users share a
 * hash with a chance of 1 in 37 million, and a person can still compare two of them.
 */
const hashSubject = (subject: string, key: string): string =>
  createHmac('sha256', key).update(subject).digest('hex').slice(0, 16)

/** Those that we know: RFC 8693 `scope`, names between spaces, or the `scp` of other issuers, also as a list. */
const scopesOf = ({ scope, scp }: Claims): Scope[] => {
  const names = [scope, scp].flatMap((value) => (typeof value === 'string' ? value.split(' ') : value))
  return [...new Set(names.filter((name) => typeof name === 'string' && isScope(name)))] as Scope[]
}
