import * as z from 'zod'
import { databaseSettings } from '#platform/config/database'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl, resourceUrls } from '#platform/config/settings'

/** As orrery_relay. */
const environment = databaseSettings.and(
  z.object({
    AWS_REGION: resourceName,
    DOORBELL_QUEUE_URL: resourceUrl,
    PHYSICS_WAKE_QUEUE_URL: resourceUrl,
    /** Of slot 0, 1, …, between commas. */
    PHYSICS_SLOT_QUEUE_URLS: resourceUrls,
    PHYSICS_DEMAND_QUEUE_URL: resourceUrl,
    /** That ticks worlds at rest. */
    SYNC_FUNCTION: resourceName,
    EVENT_BUS_NAME: resourceName,
  }),
)

export type RelayConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readRelayConfig = (variables: NodeJS.ProcessEnv): RelayConfig =>
  readEnvironment('the function relay', environment, variables)
