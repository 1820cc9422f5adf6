import type * as z from 'zod'
import { readEnvironment } from '#platform/config/environment'
import { tickStoreSettings } from '#sync/stores/settings'
import { readingApiSettings, streamingSettings } from '../api-settings.ts'

const environment = readingApiSettings.and(streamingSettings).and(tickStoreSettings)

type SyncConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readSyncConfig = (variables: NodeJS.ProcessEnv): SyncConfig =>
  readEnvironment('the function api-sync', environment, variables)
