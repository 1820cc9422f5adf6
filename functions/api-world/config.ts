import * as z from 'zod'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl } from '#platform/config/settings'
import { writingApiSettings } from '../api-settings.ts'

const environment = writingApiSettings.and(
  z.object({
    PHYSICS_DEMAND_QUEUE_URL: resourceUrl,
    /** Of KMS; absent: no sensitive component types. */
    SEALING_KEY_ARN: resourceName.optional(),
  }),
)

type WorldConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readWorldConfig = (variables: NodeJS.ProcessEnv): WorldConfig =>
  readEnvironment('the function api-world', environment, variables)
