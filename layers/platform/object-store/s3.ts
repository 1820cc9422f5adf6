import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { checkKey, checkPrefix, type ObjectStore, rangeHeader } from './object-store.ts'

export interface S3Options {
  /** Of a LocalStack-compatible server; absent: AWS. */
  endpoint?: string
  region: string
  /** Buckets as paths, not as names of hosts: for servers whose name has none below it. */
  pathStyle?: boolean
}

/** A client; against a local endpoint it needs no credentials of the user and no names of buckets as hosts. */
export const createS3Client = ({ endpoint, region, pathStyle = false }: S3Options): S3Client =>
  new S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint === undefined
      ? {}
      : {
          endpoint,
          forcePathStyle: true,
          credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        }),
  })

/** Objects of one bucket, which exists. A put is atomic and durable there by S3's own contract. */
export const s3ObjectStore = (client: S3Client, bucket: string): ObjectStore => ({
  put: async (key, bytes) => {
    checkKey(key)
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }))
  },

  get: async (key, range) => {
    checkKey(key)
    try {
      const Range = range && rangeHeader(range)
      const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }))
      return Buffer.from((await body?.transformToByteArray()) ?? [])
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined
      throw error
    }
  },

  list: async (prefix) => {
    checkPrefix(prefix)
    const keys: string[] = []
    let continuation: string | undefined
    do {
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ContinuationToken: continuation,
      })
      const page = await client.send(command)
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key!))
      continuation = page.NextContinuationToken
    } while (continuation !== undefined)
    return keys.sort()
  },

  delete: async (key) => {
    checkKey(key)
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
  },
})
