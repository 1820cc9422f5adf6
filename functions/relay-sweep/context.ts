import { randomUUID } from 'node:crypto'
import { databaseConnection } from '#platform/config/database'
import { createDynamoDbClient } from '#platform/dynamodb/client'
import { createPool, untilAwakeMs } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { LambdaTelemetry } from '#platform/telemetry/lambda'
import { createDemandBell } from '#relay/demand'
import type { SweepConfig } from './config.ts'
import type { SweepParts } from './sweep-all.ts'

export const createSweepParts = (
  config: SweepConfig,
  { log, metrics }: Pick<LambdaTelemetry, 'log' | 'metrics'>,
): SweepParts => {
  const sqs = createSqsClient({ region: config.AWS_REGION })
  const queue = (url: string) => sqsQueue(sqs, url)
  return {
    pool: createPool({
      ...databaseConnection(config),
      ...{ applicationName: 'orrery-relay-sweep', max: 2, connectionTimeoutMs: untilAwakeMs },
    }),
    doorbell: queue(config.DOORBELL_QUEUE_URL),
    demand: createDemandBell({ queue: queue(config.PHYSICS_DEMAND_QUEUE_URL), nowMs: Date.now }),
    overflow: {
      table: { client: createDynamoDbClient({ region: config.AWS_REGION }), name: config.OVERFLOW_TABLE },
      queue: queue(config.OVERFLOW_QUEUE_URL),
      now: () => new Date(),
      newId: randomUUID,
    },
    snapshots: queue(config.SNAPSHOTS_QUEUE_URL),
    ledger: queue(config.LEDGER_QUEUE_URL),
    chronicle: queue(config.CHRONICLE_QUEUE_URL),
    ...{ log, metrics },
  }
}
