import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { keepMessages, receivedMessage } from '#platform/queue/sqs-event'
import { lambdaTelemetry } from '#platform/telemetry/lambda'
import { type SnapshotContext, serveReminder } from '#world/auto-snapshot'
import { readSnapshotsConfig } from './config.ts'
import { createSnapshotContext } from './context.ts'

const { log, middleware } = lambdaTelemetry(process.env)
// made at the first event and kept for the next ones of this environment
let context: SnapshotContext | undefined

/** Cuts scene snapshots that are due, and writes the datasets of training sets. A reminder that cannot be served comes again after the queue's visibility timeout. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(middleware)
  .handler(async (event) => {
    context ??= createSnapshotContext(readSnapshotsConfig(process.env))
    const kept = []
    for (const message of event.Records.map(receivedMessage)) {
      try {
        await serveReminder(context, message.body)
      } catch (error) {
        log(`snapshots: ${(error as Error).message}`)
        kept.push(message)
      }
    }
    return keepMessages(kept)
  })
