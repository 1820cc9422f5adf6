import * as z from 'zod'
import { readEnvironment } from '#platform/config/environment'
import { resourceUrl } from '#platform/config/settings'
import { writingApiSettings } from '../api-settings.ts'

const environment = writingApiSettings.and(z.object({ PHYSICS_DEMAND_QUEUE_URL: resourceUrl }))

type WorldConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readMcpConfig = (variables: NodeJS.ProcessEnv): WorldConfig =>
  readEnvironment('the function api-mcp', environment, variables)
