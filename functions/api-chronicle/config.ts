import { readEnvironment } from '#platform/config/environment'
import { type WritingApiSettings, writingApiSettings } from '../api-settings.ts'

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readChronicleApiConfig = (variables: NodeJS.ProcessEnv): WritingApiSettings =>
  readEnvironment('the function api-chronicle', writingApiSettings, variables)
