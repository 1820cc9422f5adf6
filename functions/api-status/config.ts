import { readEnvironment } from '#platform/config/environment'
import { type ReadingApiSettings, readingApiSettings } from '../api-settings.ts'

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readStatusConfig = (variables: NodeJS.ProcessEnv): ReadingApiSettings =>
  readEnvironment('the function api-status', readingApiSettings, variables)
