import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

/** The key pair of a development issuer, as JWKs with an id. */
export interface IssuerKey {
  publicKey: JWK
  privateKey: JWK
}

const algorithm = 'ES256'

export const issuerKeyFile = 'issuer-key.json'

/** The key that is kept in `dataDir`, made at the first call; only its owner may read the file. */
export const keepIssuerKey = async (dataDir: string): Promise<IssuerKey> => {
  const kept = readIssuerKey(dataDir)
  if (kept !== undefined) return kept
  const path = join(dataDir, issuerKeyFile)
  const key = await makeIssuerKey()
  writeFileSync(`${path}.new`, `${JSON.stringify(key)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return key
}

/** Undefined where none was made yet. */
export const readIssuerKey = (dataDir: string): IssuerKey | undefined => {
  const path = join(dataDir, issuerKeyFile)
  if (!existsSync(path)) return undefined
  // a copy of the folder may have opened it
  chmodSync(path, 0o600)
  return JSON.parse(readFileSync(path, 'utf8')) as IssuerKey
}

export const makeIssuerKey = async (): Promise<IssuerKey> => {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const publicKey = await exportJWK(pair.publicKey)
  const shared = { kid: await calculateJwkThumbprint(publicKey), alg: algorithm, use: 'sig' }
  return {
    publicKey: { ...publicKey, ...shared },
    privateKey: { ...(await exportJWK(pair.privateKey)), ...shared },
  }
}

/** A signed token with just these claims. */
export const signToken = ({ privateKey }: IssuerKey, claims: Record<string, unknown>): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, kid: privateKey.kid!, typ: 'at+jwt' })
    .sign(privateKey)

/** What an issuer publishes, by path: OpenID Connect Discovery 1.0, as far as verifying tokens needs it. */
export const issuerDocuments = (issuer: string, { publicKey }: IssuerKey): Record<string, object> => ({
  '/.well-known/openid-configuration': {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: [algorithm],
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
  },
  '/.well-known/jwks.json': { keys: [publicKey] },
})
