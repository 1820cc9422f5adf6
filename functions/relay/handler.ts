import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { RelayContext } from '#relay/relay'
import { readRelayConfig } from './config.ts'
import { createRelayContext } from './context.ts'
import { handleDoorbells } from './handle-doorbells.ts'

// made at the first event and kept for the next ones of this environment
let context: RelayContext | undefined

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) => {
  context ??= createRelayContext(readRelayConfig(process.env))
  return handleDoorbells(context, event)
})
