import middy from '@middy/core'
import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda'
import { lambdaTelemetry } from '#platform/telemetry/lambda'
import { addClaims } from './add-claims.ts'

const { middleware } = lambdaTelemetry(process.env)

export const handler = middy<PreTokenGenerationV2TriggerEvent, PreTokenGenerationV2TriggerEvent>()
  .use(middleware)
  .handler(async (event) => addClaims(event))
