import * as z from 'zod'
import { readEnvironment } from '#platform/config/environment'
import { resourceName } from '#platform/config/settings'
import { readingApiSettings } from '../api-settings.ts'

const environment = readingApiSettings.and(
  z.object({
    /** What has left the database. */
    OBJECTS_BUCKET: resourceName,
    /** Of KMS; absent: no sensitive component types. */
    SEALING_KEY_ARN: resourceName.optional(),
  }),
)

type QueryConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readQueryConfig = (variables: NodeJS.ProcessEnv): QueryConfig =>
  readEnvironment('the function api-query', environment, variables)
