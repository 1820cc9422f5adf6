import * as z from 'zod'
import { readEnvironment } from '#platform/config/environment'
import { resourceUrl } from '#platform/config/settings'
import { readingApiSettings } from '../api-settings.ts'

const environment = readingApiSettings.and(
  z.object({
    /** Of the relay, which sends dead letters again. */
    DOORBELL_QUEUE_URL: resourceUrl,
  }),
)

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readStatusConfig = (variables: NodeJS.ProcessEnv): z.output<typeof environment> =>
  readEnvironment('the function api-status', environment, variables)
