import * as z from 'zod'
import { databaseSettings } from '#platform/config/database'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl } from '#platform/config/settings'

/** As orrery_background. */
const environment = databaseSettings.and(
  z.object({
    AWS_REGION: resourceName,
    /** As orrery_app, in the same database: what windows do to worlds takes the way of all writes. */
    WRITER_DATABASE_URL: resourceUrl,
    LEDGER_QUEUE_URL: resourceUrl,
    DOORBELL_QUEUE_URL: resourceUrl,
    OBJECTS_BUCKET: resourceName,
    /** Of DynamoDB, for the copies of commits that worlds want there. */
    COPIES_TABLE: resourceName,
  }),
)

export type CommitEngineConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readCommitEngineConfig = (variables: NodeJS.ProcessEnv): CommitEngineConfig =>
  readEnvironment('the function commit-engine', environment, variables)
