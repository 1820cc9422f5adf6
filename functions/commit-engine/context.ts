import { v7 as uuidv7 } from 'uuid'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { commitPlugins } from '#ledger/commit-plugins'
import { createCopies } from '#ledger/copies'
import type { EngineContext } from '#ledger/engine'
import { createOpenSpans } from '#ledger/open-spans'
import { createServedShards } from '#ledger/served-shards'
import { databaseConnection } from '#platform/config/database'
import { functionObjectStore } from '#platform/object-store/s3-rest'
import { createPool, untilAwakeMs } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { LambdaTelemetry } from '#platform/telemetry/lambda'
import { createDoorbellRinger } from '#relay/doorbell'
import { createApiWriter } from '../api-writer.ts'
import type { CommitEngineConfig } from './config.ts'
import { awsStoreOpeners } from './stores.ts'

/** Shards that one invocation serves at once. */
export const concurrency = 4

/** infra/stacks/observability.ts has an alarm that goes by it. */
const openSpansBytes = 256 * 2 ** 20

/** Longer than an invocation may take: an engine that has the shard has it for all of its time. */
const leaseMs = 150_000

export interface CommitEngine {
  context: EngineContext
  /** Resolves when what was begun without waiting is done: this process is frozen after each event. */
  flush(): Promise<void>
}

export const createCommitEngine = (
  config: CommitEngineConfig,
  { log, metrics }: Pick<LambdaTelemetry, 'log' | 'metrics'>,
): CommitEngine => {
  const region = config.AWS_REGION
  const sqs = createSqsClient({ region })
  // clocks of this process stand still while it is frozen, and a ring that comes meanwhile would still be expected
  const doorbell = createDoorbellRinger({
    queue: sqsQueue(sqs, config.DOORBELL_QUEUE_URL),
    now: Date.now,
  })
  const { writer } = createApiWriter({
    database: databaseConnection({ ...config, DATABASE_URL: config.WRITER_DATABASE_URL }),
    doorbell,
  })
  const pool = createPool({
    ...databaseConnection(config),
    applicationName: 'orrery-commit-engine',
    // plugins and followers hold a lock on one while they use another
    ...{ max: 2 * concurrency, connectionTimeoutMs: untilAwakeMs },
  })
  const objects = functionObjectStore(config.OBJECTS_BUCKET, region)
  const source = postgresLedgerStore({ pool, archive: objects, newId: uuidv7 })
  const context: EngineContext = {
    ...{ pool, objects },
    copies: createCopies({ source, openers: awsStoreOpeners(config, objects), log }),
    queue: sqsQueue(sqs, config.LEDGER_QUEUE_URL),
    openSpans: createOpenSpans(openSpansBytes),
    served: createServedShards(),
    ...{ doorbell, log, metrics, now: () => new Date(), newId: uuidv7 },
    acting: { writer, plugins: commitPlugins },
    options: { leaseMs },
  }
  return { context, flush: doorbell.flush }
}
