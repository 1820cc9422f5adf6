import middy from '@middy/core'
import { lambdaTelemetry } from '#platform/telemetry/lambda'
import { readSweepConfig } from './config.ts'
import { createSweepParts } from './context.ts'
import { type SweepParts, type SweepReport, sweepAll } from './sweep-all.ts'

const { log, metrics, middleware } = lambdaTelemetry(process.env)
// made at the first event and kept for the next ones of this environment
let parts: SweepParts | undefined

/** Started by the clock; what the event says does not matter. */
export const handler = middy<unknown, SweepReport>()
  .use(middleware)
  .handler(async () => {
    parts ??= createSweepParts(readSweepConfig(process.env), { log, metrics })
    return sweepAll(parts)
  })
