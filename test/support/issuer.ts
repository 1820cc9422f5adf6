import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type IssuerKey, issuerDocuments, makeIssuerKey, signToken } from '../../scripts/local/issuer-key.ts'

/** An OpenID Connect issuer on a free port, as far as whoever verifies its tokens can tell. */
export interface Issuer {
  /** Its name in tokens. */
  url: string
  /** The last one. */
  key(): IssuerKey
  /**
   * A token for the issuer's audience that holds so many seconds, default an hour; a claim that is given
   * replaces what would be there, and undefined takes it away.
   */
  sign(claims: Record<string, unknown>, lifetimeSeconds?: number): Promise<string>
  /** From now on it publishes and uses another key. */
  rotate(): Promise<void>
  /** What it answers, by path; to be changed. */
  documents: Record<string, unknown>
  /** How often each path was asked for. */
  asked: Map<string, number>
  stop(): Promise<void>
}

/** Its tokens are for `audience`. */
export const startIssuer = async (audience: string): Promise<Issuer> => {
  const asked = new Map<string, number>()
  const documents: Record<string, unknown> = {}
  const server = createServer(({ url = '' }, response) => {
    asked.set(url, (asked.get(url) ?? 0) + 1)
    const document = documents[url]
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(document ?? {}))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let key: IssuerKey
  const rotate = async () => {
    key = await makeIssuerKey()
    Object.assign(documents, issuerDocuments(url, key))
  }
  await rotate()
  return {
    ...{ url, rotate, documents, asked },
    key: () => key,
    sign: (claims, lifetimeSeconds = 3_600) => {
      const iat = Math.floor(Date.now() / 1_000)
      return signToken(key, { iss: url, aud: audience, iat, exp: iat + lifetimeSeconds, ...claims })
    },
    stop: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
