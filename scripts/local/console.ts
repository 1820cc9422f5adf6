import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { IdentitySettings } from '#platform/auth/verifier'
import { readStaticSite, type StaticSite } from '#platform/http/static-site'
import { buildConsole, consoleDist, isConsoleStale } from '../console/build.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface ConsoleOptions {
  /** Whose tokens open the API; undefined: nobody needs one, so nobody signs in. */
  identity?: IdentitySettings | undefined
  /** What the console is called at the issuer. */
  clientId?: string | undefined
}

/** The console, made anew where its sources are newer. It is at `/`, and the API at all other paths. */
export const openConsole = async ({ identity, clientId }: ConsoleOptions): Promise<StaticSite> => {
  if (await isConsoleStale(root)) await buildConsole(root)
  return readStaticSite({
    folder: join(root, consoleDist),
    documents: { '/config.json': configOf(identity, clientId) },
    pagePrefix: '/w/',
    connectTo: identity === undefined ? [] : [signInPlaces(identity.issuer)],
  })
}

/** An issuer’s endpoints may have names of their own, which only its discovery document tells. */
const signInPlaces = (issuer: string): string => {
  const { protocol, origin } = new URL(issuer)
  return protocol === 'https:' ? 'https:' : origin
}

const configOf = (identity: IdentitySettings | undefined, clientId: string | undefined) => ({
  apiUrl: '',
  ...(identity && {
    login: {
      ...{ issuer: identity.issuer, clientId: clientId ?? 'orrery-console', audience: identity.audience },
      scope: consoleScope,
    },
  }),
})

/** What the console asks for; an issuer grants of it what a person may. */
const consoleScope = 'openid world:read world:write world:admin world:sensitive'
