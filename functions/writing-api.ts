import { randomUUID } from 'node:crypto'
import { databaseConnection } from '#platform/config/database'
import { createDynamoDbClient } from '#platform/dynamodb/client'
import type { Route } from '#platform/http/route'
import { functionObjectStore } from '#platform/object-store/s3-rest'
import { createSqsOverflow } from '#platform/overflow/sqs-dynamodb'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { Log } from '#platform/telemetry/log'
import { createDemandBell } from '#relay/demand'
import { createDoorbellRinger } from '#relay/doorbell'
import { openEntityCache } from '#world/cache/adapters/open'
import { createSnapshotReminder } from '#world/snapshot-reminder'
import type { ApiContext } from './api-context.ts'
import type { WritingApiSettings } from './api-settings.ts'
import { cacheOf } from './cache-settings.ts'
import type { LambdaApiOptions } from './lambda-api.ts'
import { tableLimits } from './table-limits.ts'

/** Routes that write, on AWS. */
export const writingApi = (
  settings: WritingApiSettings & { PHYSICS_DEMAND_QUEUE_URL?: string },
  routes: Route<ApiContext>[],
  log: Log,
): LambdaApiOptions => {
  const region = settings.AWS_REGION
  const sqs = createSqsClient({ region })
  const dynamodb = createDynamoDbClient({ region })
  // clocks of this process stand still while it is frozen, and a ring that comes meanwhile would still be expected
  const doorbell = createDoorbellRinger({ queue: sqsQueue(sqs, settings.DOORBELL_QUEUE_URL), now: Date.now })
  const chronicle = createDoorbellRinger({
    queue: sqsQueue(sqs, settings.CHRONICLE_QUEUE_URL),
    now: Date.now,
  })
  const { PHYSICS_DEMAND_QUEUE_URL: demandUrl } = settings
  const demand =
    demandUrl === undefined
      ? undefined
      : createDemandBell({ queue: sqsQueue(sqs, demandUrl), nowMs: Date.now })
  const snapshots = createSnapshotReminder({
    queue: sqsQueue(sqs, settings.SNAPSHOTS_QUEUE_URL),
    now: () => new Date(),
  })
  const overflow = createSqsOverflow({
    table: { client: dynamodb, name: settings.OVERFLOW_TABLE },
    queue: sqsQueue(sqs, settings.OVERFLOW_QUEUE_URL),
    objects: functionObjectStore(settings.OBJECTS_BUCKET, region),
    now: () => new Date(),
    newId: randomUUID,
  })
  return {
    ...{ routes, database: databaseConnection(settings), overflow, doorbell, snapshots, demand, chronicle },
    cache: openEntityCache(cacheOf(settings)),
    limits: tableLimits(settings, dynamodb, log),
    flush: () => Promise.all([doorbell.flush(), snapshots.flush(), chronicle.flush()]),
  }
}
