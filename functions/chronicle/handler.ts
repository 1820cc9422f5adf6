import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { serveChronicleBells } from '#chronicle/projection/serve-bells'
import { keepMessages, receivedMessage } from '#platform/queue/sqs-event'
import { lambdaTelemetry } from '#platform/telemetry/lambda'
import { readChronicleConfig } from './config.ts'
import { type Chronicles, createChronicles } from './context.ts'

const { log, metrics, middleware } = lambdaTelemetry(process.env)
// made at the first event and kept for the next ones of this environment
let chronicles: Chronicles | undefined

/** A batch that has begun is finished: the function may take longer than this and a batch together. */
const beginUntilMs = 300_000

/** Projects the chronicles of the worlds that were rung for. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(middleware)
  .handler(async (event) => {
    chronicles ??= createChronicles(readChronicleConfig(process.env), { log, metrics })
    const endMs = performance.now() + beginUntilMs
    const messages = event.Records.map(receivedMessage)
    const kept = await serveChronicleBells(chronicles.context, messages, () => performance.now() < endMs)
    await chronicles.flush()
    return keepMessages(kept)
  })
