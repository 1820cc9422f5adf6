import * as z from 'zod'
import { databaseSettings } from '#platform/config/database'
import { readEnvironment } from '#platform/config/environment'
import { resourceName } from '#platform/config/settings'
import { tickStoreSettings } from '#sync/stores/settings'

/** As orrery_physics. */
const environment = databaseSettings.and(tickStoreSettings).and(z.object({ AWS_REGION: resourceName }))

export type RestConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readRestConfig = (variables: NodeJS.ProcessEnv): RestConfig =>
  readEnvironment('the function sync', environment, variables)
