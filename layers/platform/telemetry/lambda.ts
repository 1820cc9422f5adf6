import type middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { emfMetrics } from './emf.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { structuredLog } from './powertools-log.ts'

/** What a Lambda function measures and says with. */
export interface LambdaTelemetry {
  metrics: Metrics
  log: Log
  /** Of the function's handler: names the invocation in the log, and writes the metrics at its end. */
  middleware: middy.MiddlewareObj<unknown, unknown, Error, Context>
}

/** Of one execution environment. `POWERTOOLS_SERVICE_NAME` and `STAGE` are the dimensions of the metrics. */
export const lambdaTelemetry = (env: NodeJS.ProcessEnv): LambdaTelemetry => {
  const service = env.POWERTOOLS_SERVICE_NAME ?? 'orrery'
  const { flush, ...metrics } = emfMetrics({ service, stage: env.STAGE ?? 'local' })
  const { log, begin } = structuredLog(service, env.LOG_LEVEL)
  return {
    ...{ metrics, log },
    middleware: { before: ({ context }) => begin(context), after: flush, onError: flush },
  }
}
