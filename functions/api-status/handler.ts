import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createApiHandler } from '../lambda-api.ts'
import { readingApi } from '../reading-api.ts'
import { readStatusConfig } from './config.ts'
import { openApi } from './openapi-route.ts'
import { statusRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) => {
  const settings = readStatusConfig(process.env)
  const sqs = createSqsClient({ region: settings.AWS_REGION })
  return {
    ...readingApi(settings, [...statusRoutes, openApi], log),
    relayBell: sqsQueue(sqs, settings.DOORBELL_QUEUE_URL),
  }
})
