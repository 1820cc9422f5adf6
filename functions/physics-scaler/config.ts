import * as z from 'zod'
import { databaseSettings } from '#platform/config/database'
import { readEnvironment } from '#platform/config/environment'
import { resourceName } from '#platform/config/settings'

const wholeNumber = z.coerce.number('must be a whole number').int('must be a whole number').min(1)

/** As orrery_relay. */
const environment = databaseSettings.and(
  z.object({
    AWS_REGION: resourceName,
    ECS_CLUSTER: resourceName,
    ECS_SERVICE: resourceName,
    PHYSICS_MAX_TASKS: wholeNumber,
    PHYSICS_WORLDS_PER_TASK: wholeNumber,
  }),
)

export type ScalerConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readScalerConfig = (variables: NodeJS.ProcessEnv): ScalerConfig =>
  readEnvironment('the function physics-scaler', environment, variables)
