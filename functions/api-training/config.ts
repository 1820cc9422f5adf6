import * as z from 'zod'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl } from '#platform/config/settings'
import { readingApiSettings } from '../api-settings.ts'

const environment = readingApiSettings.and(
  z.object({
    /** Rung for datasets. */
    SNAPSHOTS_QUEUE_URL: resourceUrl,
    /** Where datasets lie. */
    OBJECTS_BUCKET: resourceName,
    /** Of KMS; absent: no sensitive component types. */
    SEALING_KEY_ARN: resourceName.optional(),
  }),
)

type TrainingConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readTrainingConfig = (variables: NodeJS.ProcessEnv): TrainingConfig =>
  readEnvironment('the function api-training', environment, variables)
