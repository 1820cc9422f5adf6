import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { serveBells } from '#ledger/serve-bells'
import { keepMessages, receivedMessage } from '#platform/queue/sqs-event'
import { lambdaTelemetry } from '#platform/telemetry/lambda'
import { readCommitEngineConfig } from './config.ts'
import { type CommitEngine, concurrency, createCommitEngine } from './context.ts'

const { log, metrics, middleware } = lambdaTelemetry(process.env)
// made at the first event and kept for the next ones of this environment
let engine: CommitEngine | undefined

/** Commits what the shards that were rung for have to commit. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(middleware)
  .handler(async (event) => {
    engine ??= createCommitEngine(readCommitEngineConfig(process.env), { log, metrics })
    const kept = await serveBells(engine.context, event.Records.map(receivedMessage), concurrency)
    await engine.flush()
    return keepMessages(kept)
  })
