import * as z from 'zod'
import { readEnvironment } from '#platform/config/environment'
import { resourceUrl } from '#platform/config/settings'
import { writingApiSettings } from '../api-settings.ts'

const environment = writingApiSettings.and(z.object({ LEDGER_QUEUE_URL: resourceUrl }))

type LedgerApiConfig = z.output<typeof environment>

/** @throws InvalidEnvironment that names each setting that is missing or wrong */
export const readLedgerApiConfig = (variables: NodeJS.ProcessEnv): LedgerApiConfig =>
  readEnvironment('the function api-ledger', environment, variables)
