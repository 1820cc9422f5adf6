import * as z from 'zod'
import { embedderSettings } from '#chronicle/embedding/settings'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl } from '#platform/config/settings'
import { writingApiSettings } from '../api-settings.ts'

const environment = writingApiSettings.and(embedderSettings).and(
  z.object({
    PHYSICS_DEMAND_QUEUE_URL: resourceUrl,
    /** Of KMS; absent: no sensitive component types. */
    SEALING_KEY_ARN: resourceName.optional(),
  }),
)

type McpConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readMcpConfig = (variables: NodeJS.ProcessEnv): McpConfig =>
  readEnvironment('the function api-mcp', environment, variables)
