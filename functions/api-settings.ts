import * as z from 'zod'
import { databaseSettings } from '#platform/config/database'
import { flag, resourceName, resourceUrl } from '#platform/config/settings'
import { tenantLimitsJson } from '#platform/limits/tenant-limits'
import { cacheSettings } from './cache-settings.ts'

/** What every function of the API reads from its environment; as orrery_app. */
export const readingApiSettings = databaseSettings.and(
  z.object({
    AWS_REGION: resourceName,
    OVERFLOW_TABLE: resourceName,
    LIMITS_TABLE: resourceName,
    TENANT_LIMITS: tenantLimitsJson,
  }),
)

export type ReadingApiSettings = z.output<typeof readingApiSettings>

/** What a function of the API reads that also writes. */
export const writingApiSettings = readingApiSettings.and(cacheSettings).and(
  z.object({
    DOORBELL_QUEUE_URL: resourceUrl,
    SNAPSHOTS_QUEUE_URL: resourceUrl,
    CHRONICLE_QUEUE_URL: resourceUrl,
    OVERFLOW_QUEUE_URL: resourceUrl,
    /** Requests that are too large for the overflow's queue. */
    OBJECTS_BUCKET: resourceName,
  }),
)

export type WritingApiSettings = z.output<typeof writingApiSettings>

/** Whether the gateway takes an answer as a stream, or whole; read before the first request. */
export const streamingSettings = z.object({ API_STREAMING: flag })
