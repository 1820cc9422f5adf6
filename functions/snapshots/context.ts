import { v7 as uuidv7 } from 'uuid'
import { databaseConnection } from '#platform/config/database'
import { createPool, untilAwakeMs } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { SnapshotContext } from '#world/auto-snapshot'
import type { SnapshotsConfig } from './config.ts'

export const createSnapshotContext = (config: SnapshotsConfig): SnapshotContext => ({
  pool: createPool({
    ...databaseConnection(config),
    ...{ applicationName: 'orrery-snapshots', max: 1, connectionTimeoutMs: untilAwakeMs },
  }),
  queue: sqsQueue(createSqsClient({ region: config.AWS_REGION }), config.SNAPSHOTS_QUEUE_URL),
  now: () => new Date(),
  newId: uuidv7,
})
