import * as z from 'zod'
import { databaseSettings } from '#platform/config/database'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl } from '#platform/config/settings'

/** As orrery_background. */
const environment = databaseSettings.and(
  z.object({ AWS_REGION: resourceName, SNAPSHOTS_QUEUE_URL: resourceUrl, OBJECTS_BUCKET: resourceName }),
)

export type SnapshotsConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readSnapshotsConfig = (variables: NodeJS.ProcessEnv): SnapshotsConfig =>
  readEnvironment('the function snapshots', environment, variables)
