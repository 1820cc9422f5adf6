import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import * as z from 'zod'
import { requireSecure } from '../http/loopback.ts'
import { IssuerUnavailable } from './errors.ts'

const timeoutMs = 5_000
// what could not be had is not asked for again sooner, nor a key that is not in the set
const cooldownMs = 10_000
const keysMaxAgeMs = 10 * 60_000

const configuration = z.object({ issuer: z.string(), jwks_uri: z.url() })

/**
 * The public keys of an OpenID Connect issuer, found by its discovery document at the first token and kept: asked
 * for anew after ten minutes, and for a key that is not known, at most every ten seconds.
 *
 * The keys throw IssuerUnavailable where they cannot be had, and jose's own errors for a token that none of them fits.
 */
export const issuerKeys = (issuer: string): JWTVerifyGetKey => {
  let keys: Promise<JWTVerifyGetKey> | undefined
  let failedAt: number | undefined
  const find = (): Promise<JWTVerifyGetKey> => {
    const hasCooledDown = failedAt !== undefined && performance.now() - failedAt > cooldownMs
    if (keys === undefined || hasCooledDown) {
      failedAt = undefined
      keys = discover(issuer)
      keys.catch(() => {
        failedAt = performance.now()
      })
    }
    return keys
  }
  return async (header, token) => {
    try {
      return await (await find())(header, token)
    } catch (error) {
      throw isOfToken(error) ? error : new IssuerUnavailable(issuer, error)
    }
  }
}

const discover = async (issuer: string): Promise<JWTVerifyGetKey> => {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  const found = configuration.safeParse(await response.json())
  if (!found.success) throw new Error(`${url} is not an OpenID Connect configuration`)
  // OpenID Connect Discovery 1.0, 4.3: it must be the issuer that was asked
  if (found.data.issuer !== issuer) throw new Error(`${url} is of the issuer ${found.data.issuer}`)
  requireSecure('jwks_uri', found.data.jwks_uri)
  return createRemoteJWKSet(new URL(found.data.jwks_uri), {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: keysMaxAgeMs,
  })
}

const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported
