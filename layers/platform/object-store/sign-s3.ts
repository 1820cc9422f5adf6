import { Sha256 } from '@smithy/core/checksum'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'

export interface AwsCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

export interface S3Request {
  method: string
  /** Path and query encoded as `encodeS3` does; the query sorted by name. */
  url: URL
  /** Names in lower case; all are signed. */
  headers?: Record<string, string>
  body?: Uint8Array
}

/** Percent-encodes as RFC 3986 has it: all but letters, digits and `-._~`. */
export const encodeS3 = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** The headers of the request with AWS's signature, version 4; the SDK's own signer, without its client for S3. */
export const signS3 = async (
  { method, url, headers = {}, body }: S3Request,
  credentials: AwsCredentials,
  region: string,
  at: Date,
): Promise<Record<string, string>> => {
  const signer = new SignatureV4({
    service: 's3',
    ...{ region, credentials, sha256: Sha256 },
    // S3 alone signs the path as it is sent
    uriEscapePath: false,
  })
  const request = new HttpRequest({
    method,
    ...{ protocol: url.protocol, hostname: url.hostname, path: url.pathname },
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, host: url.host },
    body,
  })
  const { host: _, ...signed } = (await signer.sign(request, { signingDate: at })).headers
  return signed
}
