import { setTimeout as delay } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import type { ObjectStore } from '#platform/object-store/object-store'
import { createPool, isDatabaseUnavailable } from '#platform/postgres/pool'
import type { ReceivedMessage } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createDatasetServer } from '#training/answer-rings'
import { type SnapshotContext, serveReminder } from '#world/auto-snapshot'
import { sendReminder } from '#world/snapshot-reminder'
import { hideSealed } from '../../functions/sealed-answers.ts'
import type { LocalQueues } from './queues.ts'

export interface LocalSnapshotsOptions {
  /** As orrery_background. */
  databaseUrl: string
  queues: LocalQueues
  /** Where datasets are written. */
  objects: ObjectStore
  log: (line: string) => void
}

const retryMs = 1_000
/** Of work on datasets at a time: a snapshot that is due waits no longer. */
const budgetMs = 5_000

/** Takes the scene snapshots that worlds want every so many minutes, when the writer's reminders come, and writes datasets. */
export const startLocalSnapshots = async (
  options: LocalSnapshotsOptions,
): Promise<{ stop(): Promise<void> }> => {
  const { databaseUrl, queues, objects, log } = options
  const client = createSqsClient({ endpoint: queues.endpoint, region: queues.region })
  const queue = sqsQueue(client, queues.urls.snapshots)
  const pool = createPool({ connectionString: databaseUrl, applicationName: 'orrery-snapshots', max: 1 })
  const stopping = new AbortController()
  const { signal } = stopping
  const serveDatasets = createDatasetServer({ pool, objects, queue, hide: hideSealed, budgetMs, signal })
  const context = { pool, queue, now: () => new Date(), newId: uuidv7, serveDatasets }
  const run = async () => {
    while (!signal.aborted) {
      try {
        for (const message of await queue.receive({ waitSeconds: 20, signal }))
          await serve(context, message, log)
      } catch (error) {
        if (signal.aborted) return
        log(`snapshots: ${(error as Error).message}`)
        await delay(retryMs, undefined, { signal }).catch(() => {})
      }
    }
  }
  // the queue is as new as this process, and knows of no change before it
  await sendReminder(queue, { all: true }, context.now())
  const running = run()
  return {
    stop: async () => {
      stopping.abort()
      await running
      await pool.end()
      client.destroy()
    },
  }
}

/** A reminder that cannot be served comes again after the queue's visibility timeout. */
const serve = async (
  context: SnapshotContext,
  message: ReceivedMessage,
  log: (line: string) => void,
): Promise<void> => {
  try {
    await serveReminder(context, message.body)
  } catch (error) {
    if (!isDatabaseUnavailable(error)) log(`snapshots: ${(error as Error).message}`)
    return
  }
  await context.queue.acknowledge([message])
}
