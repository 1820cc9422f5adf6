import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalPostgres, startPostgres } from '../../scripts/local/postgres.ts'
import { serverAccount } from '../../scripts/local/server-account.ts'
import { makeCertificate } from './certificate.ts'

/** A PostgreSQL server of a test's own that takes TLS under the name `localhost`. */
export interface TlsPostgres extends LocalPostgres {
  dataDir: string
  /** PEM; vouches for the server. */
  certificate: string
}

/** `stop` also removes what it kept. */
export const startTlsPostgres = async (): Promise<TlsPostgres> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-tls-'))
  const { certificate, privateKey } = makeCertificate('localhost')
  const files = { certificate: join(dataDir, 'server.crt'), key: join(dataDir, 'server.key') }
  writeFileSync(files.certificate, certificate)
  writeFileSync(files.key, privateKey, { mode: 0o600 })
  const { uid } = serverAccount([dataDir])
  for (const file of Object.values(files)) if (uid !== undefined) chownSync(file, uid, uid)
  const settings = ['ssl=on', `ssl_cert_file=${files.certificate}`, `ssl_key_file=${files.key}`, 'fsync=off']
  const postgres = await startPostgres({ dataDir, settings })
  return {
    ...postgres,
    ...{ dataDir, certificate },
    stop: async () => {
      await postgres.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
