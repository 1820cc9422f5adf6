import * as z from 'zod'
import { embedderSettings } from '#chronicle/embedding/settings'
import { databaseSettings } from '#platform/config/database'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl } from '#platform/config/settings'

/** As orrery_background. */
const environment = databaseSettings.and(embedderSettings).and(
  z.object({
    AWS_REGION: resourceName,
    /** As orrery_app, in the same database: what chronicles do to entities takes the way of all writes. */
    WRITER_DATABASE_URL: resourceUrl,
    CHRONICLE_QUEUE_URL: resourceUrl,
    DOORBELL_QUEUE_URL: resourceUrl,
  }),
)

export type ChronicleConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readChronicleConfig = (variables: NodeJS.ProcessEnv): ChronicleConfig =>
  readEnvironment('the function chronicle', environment, variables)
