import * as z from 'zod'
import { databaseSettings } from '#platform/config/database'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl } from '#platform/config/settings'

/** As orrery_relay. */
const environment = databaseSettings.and(
  z.object({
    AWS_REGION: resourceName,
    DOORBELL_QUEUE_URL: resourceUrl,
    PHYSICS_DEMAND_QUEUE_URL: resourceUrl,
    OVERFLOW_QUEUE_URL: resourceUrl,
    OVERFLOW_TABLE: resourceName,
    SNAPSHOTS_QUEUE_URL: resourceUrl,
    LEDGER_QUEUE_URL: resourceUrl,
    CHRONICLE_QUEUE_URL: resourceUrl,
  }),
)

export type SweepConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readSweepConfig = (variables: NodeJS.ProcessEnv): SweepConfig =>
  readEnvironment('the function relay-sweep', environment, variables)
