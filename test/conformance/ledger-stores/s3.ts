import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { objectLedgerStore } from '#ledger/adapters/object-store'
import { createS3Client, s3ObjectStore } from '#platform/object-store/s3'
import { startLocalSqs } from '#platform/queue/local-sqs'
import type { Connect, LedgerStoreTarget } from '../ledger-store-target.ts'

/** A bucket of the local server, which speaks S3 as well as SQS. */
export const openS3 = async (): Promise<LedgerStoreTarget> => {
  const server = await startLocalSqs()
  const client = createS3Client({ endpoint: server.endpoint, region: 'us-east-1' })
  await client.send(new CreateBucketCommand({ Bucket: 'ledger' }))
  client.destroy()
  return { module: import.meta.url, settings: server.endpoint, stop: () => server.stop() }
}

export const connect: Connect = async (endpoint: string, archive) => {
  const client = createS3Client({ endpoint, region: 'us-east-1' })
  const objects = s3ObjectStore(client, 'ledger')
  return { store: objectLedgerStore({ objects, archive }), close: async () => client.destroy() }
}
