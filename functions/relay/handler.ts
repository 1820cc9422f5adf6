import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { lambdaTelemetry } from '#platform/telemetry/lambda'
import type { RelayContext } from '#relay/relay'
import { readRelayConfig } from './config.ts'
import { createRelayContext } from './context.ts'
import { handleDoorbells } from './handle-doorbells.ts'

const { log, metrics, middleware } = lambdaTelemetry(process.env)
// made at the first event and kept for the next ones of this environment
let context: RelayContext | undefined

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(middleware)
  .handler(async (event) => {
    context ??= createRelayContext(readRelayConfig(process.env), { log, metrics })
    return handleDoorbells(context, event)
  })
