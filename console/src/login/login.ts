import * as oauth from 'oauth4webapi'
import type { ConsoleConfig } from '../config.ts'

type LoginSettings = NonNullable<ConsoleConfig['login']>

/** Somebody who has signed in. */
export interface Login {
  /** An access token that is good for a while yet; asked again, a new one. @throws Error: sign in again */
  token(): Promise<string>
  signOut(): void
  /** What was granted. */
  scopes: ReadonlySet<string>
}

interface Kept {
  accessToken: string
  refreshToken?: string | undefined
  idToken?: string | undefined
  /** Milliseconds since 1970. */
  expiresAt: number
  scope: string
}

/** Between leaving for the issuer and coming back. */
interface Pending {
  verifier: string
  state: string
  nonce: string
  returnTo: string
}

const keptKey = 'orrery.login'
const pendingKey = 'orrery.login.pending'
/** A token that ends so soon is renewed before it is used. */
const marginMs = 30_000

/**
 * Signs in by the authorization code flow with PKCE (RFC 7636, 9700): without a token that is good the page leaves for
 * the issuer, and this resolves when it has come back. Tokens stay in this tab's session storage and end with it.
 *
 * @throws Error with what the issuer said
 */
export const signIn = async (settings: LoginSettings): Promise<Login> => {
  const server = await discover(settings)
  const context: Context = { server, client: { client_id: settings.clientId }, settings }
  const arrived = await comeBack(context)
  const kept = arrived ?? read<Kept>(keptKey)
  if (kept === undefined) return leave(context)
  const session = { kept }
  if (isEnding(kept)) await renew(context, session)
  return {
    token: async () => {
      if (isEnding(session.kept)) await renewOnce(context, session)
      return session.kept.accessToken
    },
    signOut: () => signOut(context, session.kept),
    scopes: scopesOf(session.kept),
  }
}

interface Context {
  server: oauth.AuthorizationServer
  client: oauth.Client
  settings: LoginSettings
}

/** On this machine issuers may have no certificate. */
const insecure = (issuer: URL) => ({ [oauth.allowInsecureRequests]: issuer.protocol === 'http:' })

const discover = async ({ issuer }: LoginSettings): Promise<oauth.AuthorizationServer> => {
  const url = new URL(issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure(url)))
}

/** Where the issuer sends people back to: the root of the console. */
const redirectUri = (): string => `${location.origin}/`

const leave = async ({ server, settings }: Context): Promise<never> => {
  const pending: Pending = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    returnTo: location.pathname + location.search,
  }
  sessionStorage.setItem(pendingKey, JSON.stringify(pending))
  const address = new URL(server.authorization_endpoint!)
  const fields = {
    ...{
      response_type: 'code',
      client_id: settings.clientId,
      redirect_uri: redirectUri(),
      scope: settings.scope,
    },
    ...{
      code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    },
    ...{ state: pending.state, nonce: pending.nonce },
    // issuers differ in what they call it, and pass over what they do not know; RFC 8707 wants an address
    ...(settings.audience !== undefined && { audience: settings.audience }),
    ...(URL.canParse(settings.audience ?? '') && { resource: settings.audience }),
  }
  for (const [name, value] of Object.entries(fields)) address.searchParams.set(name, value)
  location.assign(address)
  // the page is on its way out
  return new Promise(() => {})
}

/** What the issuer sent along, made tokens; undefined: nobody comes from there. */
const comeBack = async ({ server, client, settings }: Context): Promise<Kept | undefined> => {
  const pending = read<Pending>(pendingKey)
  const query = new URLSearchParams(location.search)
  if (pending === undefined || !query.has('state')) return undefined
  sessionStorage.removeItem(pendingKey)
  const current = new URL(location.href)
  history.replaceState(null, '', pending.returnTo)
  const parameters = oauth.validateAuthResponse(server, client, current, pending.state)
  const answer = await oauth.authorizationCodeGrantRequest(
    ...([server, client, oauth.None(), parameters, redirectUri(), pending.verifier] as const),
    insecure(new URL(settings.issuer)),
  )
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
    expectedNonce: pending.nonce,
  })
  return keep(tokens, settings.scope)
}

interface Session {
  kept: Kept
  renewing?: Promise<void> | undefined
}

/** However many ask at once: a refresh token may be good for one time. */
const renewOnce = (context: Context, session: Session): Promise<void> => {
  session.renewing ??= renew(context, session).finally(() => (session.renewing = undefined))
  return session.renewing
}

const renew = async (context: Context, session: Session): Promise<void> => {
  const { server, client, settings } = context
  const { refreshToken, scope } = session.kept
  if (refreshToken === undefined) return leave(context)
  try {
    const options = insecure(new URL(settings.issuer))
    const answer = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options)
    const tokens = await oauth.processRefreshTokenResponse(server, client, answer)
    session.kept = keep({ refresh_token: refreshToken, ...tokens }, scope)
  } catch (error) {
    // one that was refused has ended; a network that is gone comes back
    if (!(error instanceof oauth.ResponseBodyError)) throw error
    sessionStorage.removeItem(keptKey)
    return leave(context)
  }
}

const signOut = ({ server }: Context, { idToken }: Kept): void => {
  sessionStorage.removeItem(keptKey)
  if (server.end_session_endpoint === undefined) return location.assign('/')
  const address = new URL(server.end_session_endpoint)
  if (idToken !== undefined) address.searchParams.set('id_token_hint', idToken)
  address.searchParams.set('post_logout_redirect_uri', redirectUri())
  location.assign(address)
}

const keep = (tokens: oauth.TokenEndpointResponse, askedScope: string): Kept => {
  const kept: Kept = {
    ...{ accessToken: tokens.access_token, refreshToken: tokens.refresh_token, idToken: tokens.id_token },
    expiresAt: Date.now() + (tokens.expires_in ?? 300) * 1_000,
    // left out, it is what was asked for (RFC 6749, 5.1)
    scope: tokens.scope ?? askedScope,
  }
  sessionStorage.setItem(keptKey, JSON.stringify(kept))
  return kept
}

/** What the token itself says, where it can be read: an issuer may add scopes by groups. It only decides what is offered. */
const scopesOf = ({ accessToken, scope }: Kept): ReadonlySet<string> => {
  try {
    const payload = accessToken.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')
    const claims = JSON.parse(atob(payload)) as { scope?: string; scp?: string | string[] }
    const said = claims.scope ?? claims.scp ?? scope
    return new Set(Array.isArray(said) ? said : said.split(' '))
  } catch {
    return new Set(scope.split(' '))
  }
}

const isEnding = ({ expiresAt }: Kept): boolean => Date.now() > expiresAt - marginMs

const read = <T>(key: string): T | undefined => {
  const text = sessionStorage.getItem(key)
  return text === null ? undefined : (JSON.parse(text) as T)
}
