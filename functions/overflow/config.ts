import * as z from 'zod'
import { databaseSettings } from '#platform/config/database'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl } from '#platform/config/settings'

/** As orrery_app. */
const environment = databaseSettings.and(
  z.object({
    AWS_REGION: resourceName,
    DOORBELL_QUEUE_URL: resourceUrl,
    SNAPSHOTS_QUEUE_URL: resourceUrl,
    CHRONICLE_QUEUE_URL: resourceUrl,
    OVERFLOW_QUEUE_URL: resourceUrl,
    OVERFLOW_TABLE: resourceName,
    OBJECTS_BUCKET: resourceName,
  }),
)

export type OverflowConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readOverflowConfig = (variables: NodeJS.ProcessEnv): OverflowConfig =>
  readEnvironment('the function overflow', environment, variables)
