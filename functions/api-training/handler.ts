import { functionObjectStore } from '#platform/object-store/s3-rest'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createSnapshotReminder } from '#world/snapshot-reminder'
import { functionKeyWrapper } from '../key-wrapper.ts'
import { createApiHandler } from '../lambda-api.ts'
import { readingApi } from '../reading-api.ts'
import { readTrainingConfig } from './config.ts'
import { trainingApiRoutes } from './routes.ts'

/** Epochs and datasets are rows of their own: nothing here goes through the write path, or waits in the overflow. */
export const handler = createApiHandler(({ log }) => {
  const settings = readTrainingConfig(process.env)
  const { AWS_REGION: region, SNAPSHOTS_QUEUE_URL, OBJECTS_BUCKET } = settings
  const keyWrapper = functionKeyWrapper(settings.SEALING_KEY_ARN, region)
  const objects = functionObjectStore(OBJECTS_BUCKET, region)
  const snapshots = createSnapshotReminder({
    queue: sqsQueue(createSqsClient({ region }), SNAPSHOTS_QUEUE_URL),
    now: () => new Date(),
  })
  return {
    ...readingApi(settings, trainingApiRoutes, log),
    ...{ snapshots, datasets: objects, archive: objects, flush: snapshots.flush },
    ...(keyWrapper && { keyWrapper }),
  }
})
