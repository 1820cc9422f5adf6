import { v7 as uuidv7 } from 'uuid'
import { databaseConnection } from '#platform/config/database'
import { functionObjectStore } from '#platform/object-store/s3-rest'
import { createPool, untilAwakeMs } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createDatasetServer } from '#training/answer-rings'
import type { SnapshotContext } from '#world/auto-snapshot'
import { hideSealed } from '../sealed-answers.ts'
import type { SnapshotsConfig } from './config.ts'

/** Of work on datasets for one message; a batch of five of them ends within the function's time. */
const budgetMs = 20_000

export const createSnapshotContext = (config: SnapshotsConfig): SnapshotContext => {
  const pool = createPool({
    ...databaseConnection(config),
    ...{ applicationName: 'orrery-snapshots', max: 1, connectionTimeoutMs: untilAwakeMs },
  })
  const queue = sqsQueue(createSqsClient({ region: config.AWS_REGION }), config.SNAPSHOTS_QUEUE_URL)
  const objects = functionObjectStore(config.OBJECTS_BUCKET, config.AWS_REGION)
  const serveDatasets = createDatasetServer({ pool, objects, queue, hide: hideSealed, budgetMs })
  return { pool, queue, now: () => new Date(), newId: uuidv7, serveDatasets }
}
