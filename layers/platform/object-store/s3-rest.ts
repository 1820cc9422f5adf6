import { setTimeout as delay } from 'node:timers/promises'
import { checkKey, checkPrefix, type ObjectStore, rangeHeader } from './object-store.ts'
import { type AwsCredentials, encodeS3, type S3Request, signS3 } from './sign-s3.ts'

export interface S3RestOptions {
  bucket: string
  region: string
  /** Of a compatible server; absent: AWS. */
  endpoint?: string | undefined
  /** Asked for each request. */
  credentials: () => AwsCredentials
}

/** Of a Lambda function, which has its role's credentials in the environment, and the endpoint where that is not AWS. */
export const functionObjectStore = (bucket: string, region: string): ObjectStore => {
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_SESSION_TOKEN } = process.env
  return s3RestObjectStore({
    ...{ bucket, region, endpoint: AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL || undefined },
    credentials: () => ({
      accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
      ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
    }),
  })
}

/** S3 answered with an error that another try will not change. */
class S3Refused extends Error {
  readonly code = 's3-refused'
}

/**
 * Objects of one bucket, by S3's own HTTP interface: for Lambda functions that need it rarely, since the SDK's
 * client for S3 is 190 KB of a bundle. Whoever may read, but not list the bucket, gets S3Refused for an object that
 * is not there.
 */
export const s3RestObjectStore = (options: S3RestOptions): ObjectStore => ({
  put: async (key, bytes) => {
    checkKey(key)
    const headers = { 'content-type': 'application/octet-stream' }
    await send(options, { method: 'PUT', url: objectUrl(options, key), headers, body: bytes })
  },

  get: async (key, range) => {
    checkKey(key)
    const headers: Record<string, string> = range === undefined ? {} : { range: rangeHeader(range) }
    const response = await send(options, { method: 'GET', url: objectUrl(options, key), headers })
    return response.status === 404 ? undefined : Buffer.from(await response.arrayBuffer())
  },

  list: async (prefix) => {
    checkPrefix(prefix)
    const keys: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await listPage(options, prefix, after)
      keys.push(...page)
      if (page.length < pageKeys) return keys.sort()
      after = page.at(-1)
    }
  },

  delete: async (key) => {
    checkKey(key)
    await send(options, { method: 'DELETE', url: objectUrl(options, key) })
  },
})

const bucketUrl = ({ bucket, region, endpoint }: S3RestOptions): string => {
  if (endpoint !== undefined) return `${endpoint.replace(/\/$/, '')}/${bucket}`
  return `https://${bucket}.s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}

const objectUrl = (options: S3RestOptions, key: string): URL =>
  new URL(`${bucketUrl(options)}/${key.split('/').map(encodeS3).join('/')}`)

const pageKeys = 1_000

/** Keys of ours have no character that XML would escape. */
const listPage = async (
  options: S3RestOptions,
  prefix: string,
  after: string | undefined,
): Promise<string[]> => {
  const query = [
    'list-type=2',
    ...[`max-keys=${pageKeys}`, `prefix=${encodeS3(prefix)}`],
    ...(after === undefined ? [] : [`start-after=${encodeS3(after)}`]),
  ]
  const url = new URL(`${bucketUrl(options)}/?${query.join('&')}`)
  const response = await send(options, { method: 'GET', url })
  const xml = await response.text()
  if (response.status === 404) throw new S3Refused(`S3: ${codeOf(xml)}`)
  return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key!)
}

const attempts = 4
const attemptTimeoutMs = 10_000

/** The answer, where it is a success or says that there is no such object. */
const send = async (options: S3RestOptions, request: S3Request): Promise<Response> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendOnce(options, request)
    } catch (error) {
      if (attempt === attempts || error instanceof S3Refused) throw error
      await delay(Math.random() * 100 * 2 ** attempt)
    }
  }
}

const sendOnce = async (options: S3RestOptions, request: S3Request): Promise<Response> => {
  const { method, url, body } = request
  const response = await fetch(url, {
    ...{ method, body: body ?? null },
    headers: await signS3(request, options.credentials(), options.region, new Date()),
    signal: AbortSignal.timeout(attemptTimeoutMs),
  })
  if (response.ok) return response
  const xml = await response.text()
  if (response.status === 404 && codeOf(xml) === 'NoSuchKey') return new Response(null, { status: 404 })
  const message = `S3 answered ${response.status} ${codeOf(xml)} to ${method}`
  if (response.status >= 500 || response.status === 429) throw new Error(message)
  throw new S3Refused(message)
}

const codeOf = (xml: string): string => /<Code>([^<]*)<\/Code>/.exec(xml)?.[1] ?? ''
