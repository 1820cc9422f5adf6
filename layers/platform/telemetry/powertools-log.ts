import { Logger } from '@aws-lambda-powertools/logger'
import type { Context } from 'aws-lambda'
import type { Log } from './log.ts'

export interface StructuredLog {
  log: Log
  /** From now on lines carry this invocation's request id, function and X-Ray trace. */
  begin(context: Context): void
}

/** One JSON object a line on standard output, as CloudWatch Logs Insights reads it. */
export const structuredLog = (service: string, level: string | undefined): StructuredLog => {
  const logger = new Logger({
    serviceName: service,
    ...(level === undefined ? {} : { logLevel: level.toUpperCase() as 'INFO' }),
  })
  return {
    log: (line, { level: lineLevel = 'warn', ...fields } = {}) => logger[lineLevel](line, fields),
    begin: (context) => logger.addContext(context),
  }
}
