import * as z from 'zod'
import { readEnvironment } from '#platform/config/environment'
import { resourceName } from '#platform/config/settings'
import { writingApiSettings } from '../api-settings.ts'

const environment = writingApiSettings.and(
  z.object({
    /** Of KMS; absent: no sensitive component types. */
    SEALING_KEY_ARN: resourceName.optional(),
  }),
)

type IngestConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readIngestConfig = (variables: NodeJS.ProcessEnv): IngestConfig =>
  readEnvironment('the function api-ingest', environment, variables)
