import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rootCertificates } from 'node:tls'

// The root file system of the image: what the service needs to run, and nothing that it does not. The Dockerfile
// runs this in its build stage, the image's test on any Linux; so it uses nothing but Node and ldd.

const usage = `Usage: node services/physics/image/assemble.ts BUNDLE RDS_CERTIFICATES FOLDER

Copies the bundle, this Node with its shared libraries, and certificates into FOLDER, as they lie in the image.`

const [bundle, rdsCertificates, folder, ...surplus] = process.argv.slice(2)
if (bundle === undefined || rdsCertificates === undefined || folder === undefined || surplus.length > 0) {
  console.error(usage)
  process.exit(2)
}

/** The user of the image; nobody's name is looked up, but libraries ask for the home of whoever runs them. */
const user = 'orrery:x:65532:65532::/:/sbin/nologin\n'

/** The paths of what `program` is linked with, the loader included. */
const sharedLibraries = (program: string): string[] => {
  const lines = execFileSync('ldd', [program], { encoding: 'utf8' }).trim().split('\n')
  const missing = lines.filter((line) => line.includes('not found'))
  if (missing.length > 0) throw new Error(`${program} lacks ${missing.join(', ').replaceAll('\t', '')}`)
  return lines.flatMap((line) => line.match(/(?:^|=>)\s*(\/\S+) \(0x/)?.[1] ?? [])
}

const inImage = (path: string): string => {
  const target = join(folder, path)
  mkdirSync(dirname(target), { recursive: true })
  return target
}

const copy = (from: string, to: string, mode: number): void => {
  copyFileSync(from, inImage(to))
  chmodSync(join(folder, to), mode)
}

for (const library of sharedLibraries(process.execPath)) copy(library, library, 0o755)
copy(process.execPath, '/usr/bin/node', 0o755)
cpSync(bundle, inImage('/app'), { recursive: true })
// where the configuration of the database looks by default
copy(rdsCertificates, '/opt/rds-global-bundle.pem', 0o644)
// Node brings these itself; they stand where other libraries look
writeFileSync(inImage('/etc/ssl/certs/ca-certificates.crt'), `${rootCertificates.join('\n')}\n`)
writeFileSync(inImage('/etc/passwd'), user)
// names are looked up in the file that the container's host makes, then in DNS
writeFileSync(inImage('/etc/nsswitch.conf'), 'hosts: files dns\n')
