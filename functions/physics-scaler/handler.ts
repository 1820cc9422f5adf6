import { ECSClient } from '@aws-sdk/client-ecs'
import middy from '@middy/core'
import type { SQSEvent } from 'aws-lambda'
import { databaseConnection } from '#platform/config/database'
import { createPool, untilAwakeMs } from '#platform/postgres/pool'
import { lambdaTelemetry } from '#platform/telemetry/lambda'
import { readScalerConfig, type ScalerConfig } from './config.ts'
import { countActiveWorlds } from './count-active-worlds.ts'
import { ecsService } from './ecs-service.ts'
import { type ScaleParts, scale } from './scale.ts'

const { log, middleware } = lambdaTelemetry(process.env)

const createParts = (config: ScalerConfig): ScaleParts => {
  const pool = createPool({
    ...databaseConnection(config),
    ...{ applicationName: 'orrery-physics-scaler', max: 1, connectionTimeoutMs: untilAwakeMs },
  })
  const client = new ECSClient({ region: config.AWS_REGION })
  return {
    countWorlds: () => countActiveWorlds(pool),
    service: ecsService(client, config.ECS_CLUSTER, config.ECS_SERVICE),
    limits: { maxTasks: config.PHYSICS_MAX_TASKS, worldsPerTask: config.PHYSICS_WORLDS_PER_TASK },
    log,
  }
}

// made at the first event and kept for the next ones of this environment
let parts: ScaleParts | undefined

/** Whatever the messages say, they are answered by one count; where that fails, all of them come again. */
export const handler = middy<SQSEvent, void>()
  .use(middleware)
  .handler(async () => {
    parts ??= createParts(readScalerConfig(process.env))
    await scale(parts)
  })
