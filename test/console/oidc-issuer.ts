import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { issuerDocuments, makeIssuerKey, signToken } from '../../scripts/local/issuer-key.ts'

/** An OpenID Connect issuer with the code flow, PKCE and refresh tokens that are good for one time. */
export interface OidcIssuer {
  url: string
  /** How often each grant was given. */
  granted: Record<string, number>
  /** What tokens will say from now on. */
  grants: { scope: string; lifetimeSeconds: number }
  stop(): Promise<void>
}

interface Code {
  challenge: string
  nonce: string
  redirectUri: string
  clientId: string
}

/** Whoever comes signs in by one click, as a user of the tenant. */
export const startOidcIssuer = async (audience: string, tenant: string): Promise<OidcIssuer> => {
  const key = await makeIssuerKey()
  const codes = new Map<string, Code>()
  const refreshTokens = new Set<string>()
  const granted: Record<string, number> = {}
  const grants = { scope: 'openid world:read world:write', lifetimeSeconds: 3_600 }

  const discovery = () => {
    const documents = issuerDocuments(url, key)
    const path = '/.well-known/openid-configuration'
    return {
      ...documents,
      [path]: {
        ...documents[path],
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        end_session_endpoint: `${url}/logout`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
      },
    } as Record<string, object>
  }
  const authorize = (query: URLSearchParams, response: ServerResponse) => {
    const code = randomUUID()
    const field = (name: string) => query.get(name) ?? ''
    codes.set(code, {
      ...{ challenge: field('code_challenge'), nonce: field('nonce') },
      ...{ redirectUri: field('redirect_uri'), clientId: field('client_id') },
    })
    const back = `${field('redirect_uri')}?${new URLSearchParams({ code, state: field('state'), iss: url })}`
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(`<!doctype html><title>Issuer</title><a href="${back.replaceAll('&', '&amp;')}">Sign in</a>`)
  }
  const tokens = async (clientId: string, nonce?: string) => {
    const iat = Math.floor(Date.now() / 1_000)
    const shared = { iss: url, sub: 'ann', iat, exp: iat + grants.lifetimeSeconds }
    const refresh = randomUUID()
    refreshTokens.add(refresh)
    return {
      access_token: await signToken(key, { ...shared, aud: audience, tenant, scope: grants.scope }),
      id_token: await signToken(key, { ...shared, aud: clientId, ...(nonce && { nonce }) }),
      ...{ token_type: 'Bearer', expires_in: grants.lifetimeSeconds, refresh_token: refresh },
    }
  }
  const grant = async (form: URLSearchParams): Promise<object | undefined> => {
    const kind = form.get('grant_type')!
    granted[kind] = (granted[kind] ?? 0) + 1
    if (kind === 'refresh_token')
      return refreshTokens.delete(form.get('refresh_token')!) ? tokens(form.get('client_id')!) : undefined
    const code = codes.get(form.get('code')!)
    codes.delete(form.get('code')!)
    const challenge = createHash('sha256').update(form.get('code_verifier')!).digest('base64url')
    const isGood =
      code?.challenge === challenge &&
      code.redirectUri === form.get('redirect_uri') &&
      code.clientId === form.get('client_id')
    return isGood ? tokens(code.clientId, code.nonce) : undefined
  }
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url!, url)
    const json = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
      response.end(JSON.stringify(body))
    }
    if (pathname === '/authorize') return authorize(searchParams, response)
    if (pathname === '/logout') {
      response.writeHead(302, { location: searchParams.get('post_logout_redirect_uri')! })
      return response.end()
    }
    if (pathname === '/token') {
      let body = ''
      for await (const chunk of request) body += chunk
      const answer = await grant(new URLSearchParams(body))
      return answer ? json(200, answer) : json(400, { error: 'invalid_grant' })
    }
    const document = discovery()[pathname]
    json(document ? 200 : 404, document ?? {})
  }
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stop = () =>
    new Promise<void>((done) => {
      server.close(() => done())
      server.closeAllConnections()
    })
  return { url, granted, grants, stop }
}
