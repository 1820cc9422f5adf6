import { generateKeyPairSync, sign } from 'node:crypto'

export interface Certificate {
  /** PEM. It vouches for itself: a client that trusts it trusts its server. */
  certificate: string
  privateKey: string
}

/** A self-signed X.509 certificate (RFC 5280) of this host name, good for an hour from now. */
export const makeCertificate = (host: string): Certificate => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const now = Date.now()
  const ecdsaWithSha256 = sequence(oid([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]))
  const name = sequence(
    der(0x31, sequence(Buffer.concat([oid([0x55, 0x04, 0x03]), der(0x0c, Buffer.from(host))]))),
  )
  const subjectAltName = sequence(
    Buffer.concat([oid([0x55, 0x1d, 0x11]), der(0x04, sequence(der(0x82, Buffer.from(host))))]),
  )
  const body = sequence(
    Buffer.concat([
      der(0xa0, der(0x02, Buffer.from([2]))),
      der(0x02, Buffer.from([1])),
      ecdsaWithSha256,
      name,
      sequence(Buffer.concat([time(now - 3_600_000), time(now + 3_600_000)])),
      name,
      publicKey.export({ type: 'spki', format: 'der' }),
      der(0xa3, sequence(subjectAltName)),
    ]),
  )
  const signature = sign('sha256', body, privateKey)
  const bits = der(0x03, Buffer.concat([Buffer.from([0]), signature]))
  return {
    certificate: pem(sequence(Buffer.concat([body, ecdsaWithSha256, bits]))),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** A value of ASN.1's distinguished encoding: its tag, its length, its content. */
const der = (tag: number, content: Buffer): Buffer => {
  const { length } = content
  const header =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...header]), content])
}

const sequence = (content: Buffer): Buffer => der(0x30, content)

const oid = (bytes: number[]): Buffer => der(0x06, Buffer.from(bytes))

/** GeneralizedTime is for years from 2050; before that it is UTCTime, `YYMMDDhhmmssZ`. */
const time = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14)}Z`))

const pem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
