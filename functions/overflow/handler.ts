import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { consumeOverflow } from '#platform/overflow/consume'
import { keepMessages, receivedMessage } from '#platform/queue/sqs-event'
import { lambdaTelemetry } from '#platform/telemetry/lambda'
import { readOverflowConfig } from './config.ts'
import { createOverflowContext, type OverflowContext } from './context.ts'

const { log, metrics, middleware } = lambdaTelemetry(process.env)
// made at the first event and kept for the next ones of this environment
let context: OverflowContext | undefined

/** Applies the requests that waited for the database; a refusal is an outcome too, and is stored. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(middleware)
  .handler(async (event) => {
    context ??= createOverflowContext(readOverflowConfig(process.env), { log, metrics })
    const kept = await consumeOverflow(context.consumer, event.Records.map(receivedMessage))
    await context.flush()
    return keepMessages(kept)
  })
