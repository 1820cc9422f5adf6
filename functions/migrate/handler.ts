import middy from '@middy/core'
import type { CloudFormationCustomResourceEvent } from 'aws-lambda'
import { lambdaTelemetry } from '#platform/telemetry/lambda'
import { databaseAccess } from './access.ts'
import { answerCloudFormation } from './cloudformation.ts'
import { readMigrateConfig } from './config.ts'
import { migrateDatabase } from './migrate-database.ts'

const { log, middleware } = lambdaTelemetry(process.env)

const run = async (): Promise<string[]> => {
  const ran = await migrateDatabase(await databaseAccess(readMigrateConfig(process.env)), (line) =>
    log(line, { level: 'info' }),
  )
  log(ran.length === 0 ? 'the schema is up to date' : `ran ${ran.length} migrations`, { level: 'info' })
  return ran
}

/** By CloudFormation, as a custom resource, or by anybody who may invoke it, with any other event. */
type MigrateEvent = CloudFormationCustomResourceEvent | { ResponseURL?: undefined }

export const handler = middy<MigrateEvent, { ran: string[] } | undefined>()
  .use(middleware)
  .handler(async (event, context) => {
    if (event.ResponseURL === undefined) return { ran: await run() }
    await answerCloudFormation({
      event,
      // data outlives its stack: a schema is never deleted
      work: event.RequestType === 'Delete' ? async () => {} : run,
      remainingMs: context.getRemainingTimeInMillis(),
      logStream: context.logStreamName,
    })
    return undefined
  })
