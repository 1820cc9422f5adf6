import type * as z from 'zod'
import { embedderSettings } from '#chronicle/embedding/settings'
import { readEnvironment } from '#platform/config/environment'
import { writingApiSettings } from '../api-settings.ts'

const environment = writingApiSettings.and(embedderSettings)

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readChronicleApiConfig = (variables: NodeJS.ProcessEnv): z.output<typeof environment> =>
  readEnvironment('the function api-chronicle', environment, variables)
