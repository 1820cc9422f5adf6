import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeIssuerKey, signToken } from '../../../scripts/local/issuer-key.ts'
import { type Issuer, startIssuer } from '../../../test/support/issuer.ts'
import { IssuerUnavailable, type TokenFault, TokenRefused } from './errors.ts'
import { createTokenVerifier, type TokenVerifier } from './verifier.ts'

const audience = 'orrery-test'

let issuer: Issuer
let verifier: TokenVerifier
beforeEach(async () => {
  issuer = await startIssuer(audience)
  verifier = createTokenVerifier({ issuer: issuer.url, audience })
})
afterEach(() => issuer.stop())

const now = () => Math.floor(Date.now() / 1_000)
const token = (claims: Record<string, unknown>) =>
  issuer.sign({ sub: 'user-1', tenant: 'acme', scope: 'world:read', ...claims })
const verify = async (sent: string | Promise<string>) => verifier.verify(`Bearer ${await sent}`)

const faultOf = async (work: Promise<unknown>): Promise<TokenFault> => {
  const error = await work.then(
    () => expect.unreachable('it was let in'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(TokenRefused)
  return (error as TokenRefused).fault
}

describe('a token', () => {
  it('names a tenant, a user by a keyed hash, and the scopes that we know', async () => {
    const sent = token({ sub: 'ada', tenant: 'acme', scope: 'openid world:read world:admin surplus' })
    expect(await verify(sent)).toEqual({
      tenantId: 'acme',
      subject: createHmac('sha256', issuer.url).update('ada').digest('hex').slice(0, 16),
      scopes: ['world:read', 'world:admin'],
    })
  })

  it('has its scopes as a text or a list, under either name', async () => {
    const scopesOf = async (claims: object) => (await verify(token({ ...claims }))).scopes
    expect(await scopesOf({ scope: undefined, scp: 'world:write world:write' })).toEqual(['world:write'])
    expect(await scopesOf({ scope: undefined, scp: ['world:admin', 7, 'other'] })).toEqual(['world:admin'])
    expect(await scopesOf({ scope: undefined })).toEqual([])
    expect(await scopesOf({ scope: { 'world:admin': true } })).toEqual([])
  })

  it('has its tenant in the claim that the setting names, and its user under the key of the setting', async () => {
    const custom = createTokenVerifier({
      ...{ issuer: issuer.url, audience, tenantClaim: 'https://orrery/tenant', subjectKey: 'salt' },
    })
    const sent = await token({ tenant: 'other', 'https://orrery/tenant': 'acme', sub: 'ada' })
    const { tenantId, subject } = await custom.verify(`bearer ${sent}`)
    expect(tenantId).toBe('acme')
    expect(subject).toBe(createHmac('sha256', 'salt').update('ada').digest('hex').slice(0, 16))
  })

  it('may be for several audiences, or an access token of Cognito for our client', async () => {
    expect((await verify(token({ aud: ['other', audience] }))).tenantId).toBe('acme')
    const cognito = { aud: undefined, token_use: 'access', client_id: audience }
    expect((await verify(token(cognito))).tenantId).toBe('acme')
  })

  it('may be signed with RSA', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
    const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'rsa', use: 'sig' }
    issuer.documents['/.well-known/jwks.json'] = { keys: [jwk] }
    const claims = { iss: issuer.url, aud: audience, sub: 'u', tenant: 't', exp: now() + 60 }
    const token = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'rsa' }).sign(privateKey)
    expect((await verify(token)).tenantId).toBe('t')
  })

  it('holds some seconds longer and earlier, for clocks that differ', async () => {
    expect((await verify(token({ exp: now() - 5, nbf: now() + 5 }))).tenantId).toBe('acme')
  })
})

describe('a token is refused', () => {
  it.each<[string, Record<string, unknown>, TokenFault]>([
    ['that has expired', { exp: 1_000 }, 'expired'],
    ['that never expires', { exp: undefined }, 'no-expiry'],
    ['whose expiry is no number', { exp: '2099-01-01' }, 'no-expiry'],
    ['that is not valid yet', { nbf: 99_999_999_999 }, 'not-yet-valid'],
    ['of another issuer', { iss: 'https://issuer.example' }, 'issuer'],
    ['of no issuer', { iss: undefined }, 'issuer'],
    ['for another audience', { aud: 'other' }, 'audience'],
    ['for no audience', { aud: undefined }, 'audience'],
    [
      'of Cognito for another client',
      { aud: undefined, token_use: 'access', client_id: 'other' },
      'audience',
    ],
    [
      'whose client is ours but that says not what it is',
      { aud: undefined, client_id: audience },
      'audience',
    ],
    ['that is an ID token', { token_use: 'id' }, 'kind'],
    ['without a tenant', { tenant: undefined }, 'no-tenant'],
    ['with an empty tenant', { tenant: '' }, 'no-tenant'],
    ['whose tenant is a list', { tenant: ['acme'] }, 'no-tenant'],
    ['whose tenant has a space', { tenant: 'ac me' }, 'no-tenant'],
    ['whose tenant is too long', { tenant: 'x'.repeat(257) }, 'no-tenant'],
    ['without a user', { sub: undefined }, 'no-subject'],
    ['with an empty user', { sub: '' }, 'no-subject'],
  ])('%s', async (_, claims, fault) => {
    expect(await faultOf(verify(token(claims)))).toBe(fault)
  })

  it('signed with a key that is not the issuer’s', async () => {
    const claims = { iss: issuer.url, aud: audience, sub: 'u', tenant: 't', exp: now() + 60 }
    const foreign = await makeIssuerKey()
    expect(await faultOf(verify(signToken(foreign, claims)))).toBe('unknown-key')
    const disguised = { ...foreign.privateKey, kid: issuer.key().publicKey.kid! }
    expect(await faultOf(verify(signToken({ ...foreign, privateKey: disguised }, claims)))).toBe('signature')
  })

  it('signed with a shared secret, or not at all', async () => {
    const claims = { iss: issuer.url, aud: audience, sub: 'u', tenant: 't', exp: now() + 60 }
    const secret = new TextEncoder().encode(JSON.stringify(issuer.key().publicKey))
    const kid = issuer.key().publicKey.kid!
    const symmetric = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(secret)
    expect(await faultOf(verify(symmetric))).toBe('algorithm')
    expect(await faultOf(verify(new UnsecuredJWT(claims).encode()))).toMatch(/algorithm|malformed/)
  })

  it('whose claims were changed', async () => {
    const [header, , signature] = (await token({})).split('.')
    const [, payload] = (await token({ tenant: 'other' })).split('.')
    expect(await faultOf(verify(`${header}.${payload}.${signature}`))).toBe('signature')
  })

  it.each(['', 'Basic dTpw', 'Bearer', 'Bearer ', 'Bearer a b', 'token'])(
    'in a header %j',
    async (header) => {
      expect(await faultOf(verifier.verify(header))).toBe('not-bearer')
    },
  )

  it('when it is anything else, and the message never holds what was sent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[\w.-]{8,80}$/), async (text) => {
        const error = await verify(text).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(TokenRefused)
        const { message, stack, cause } = error as TokenRefused
        expect(`${message}${stack}`).not.toContain(text)
        expect(cause).toBeUndefined()
      }),
    )
  })
})

describe('the issuer’s keys', () => {
  it('are asked for once for many tokens', async () => {
    const sent = await token({})
    await Promise.all(Array.from({ length: 20 }, () => verify(sent)))
    expect(Object.fromEntries(issuer.asked)).toEqual({
      '/.well-known/openid-configuration': 1,
      '/.well-known/jwks.json': 1,
    })
  })

  it('are not asked for again for every token with a key that nobody knows', async () => {
    await verify(token({}))
    await issuer.rotate()
    const claims = { iss: issuer.url, aud: audience, sub: 'u', tenant: 't', exp: now() + 60 }
    const foreign = await makeIssuerKey()
    for (let n = 0; n < 5; n++) expect(await faultOf(verify(signToken(foreign, claims)))).toBe('unknown-key')
    expect(issuer.asked.get('/.well-known/jwks.json')).toBe(1)
  })

  it('that cannot be had are no fault of the token, and are not asked for at each one', async () => {
    const sent = await token({})
    delete issuer.documents['/.well-known/openid-configuration']
    for (let n = 0; n < 3; n++) await expect(verify(sent)).rejects.toThrow(IssuerUnavailable)
    expect(issuer.asked.get('/.well-known/openid-configuration')).toBe(1)
  })

  it.each([
    [
      'a configuration of another issuer',
      { issuer: 'https://other.example', jwks_uri: 'https://other.example/k' },
    ],
    ['keys over a plain connection', { jwks_uri: 'http://keys.example/k' }],
    ['no keys', { jwks_uri: undefined }],
  ])('are not taken from %s', async (_, change) => {
    const path = '/.well-known/openid-configuration'
    issuer.documents[path] = { ...(issuer.documents[path] as object), ...change }
    await expect(verify(token({}))).rejects.toThrow(IssuerUnavailable)
  })
})

it('trusts no issuer that speaks without TLS from another machine', () => {
  expect(() => createTokenVerifier({ issuer: 'http://issuer.example', audience })).toThrow('https')
})
