import { functionObjectStore } from '#platform/object-store/s3-rest'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createApiHandler } from '../lambda-api.ts'
import { writingApi } from '../writing-api.ts'
import { readLedgerApiConfig } from './config.ts'
import { ledgerApiRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) => {
  const settings = readLedgerApiConfig(process.env)
  const { AWS_REGION: region, LEDGER_QUEUE_URL, OBJECTS_BUCKET } = settings
  return {
    ...writingApi(settings, ledgerApiRoutes, log),
    ledger: {
      queue: sqsQueue(createSqsClient({ region }), LEDGER_QUEUE_URL),
      objects: functionObjectStore(OBJECTS_BUCKET, region),
    },
  }
})
