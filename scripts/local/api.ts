import { type Drainer, startDrainer } from '#platform/overflow/drainer'
import type { OverflowStore } from '#platform/overflow/overflow'
import { isDatabaseUnavailable } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createDoorbellRinger } from '#relay/doorbell'
import { type Api, createApi } from '../../functions/create-api.ts'
import type { LocalQueues } from './queues.ts'

export interface LocalApiOptions {
  /** As orrery_app. */
  databaseUrl: string
  queues: LocalQueues
  overflow: OverflowStore
  /** Parts beside the database, and whether each is up. */
  parts: Record<string, () => Promise<boolean>>
  log: (line: string) => void
}

/** The API of a stack, before it has a door: what drains the overflow writes through it too. */
export const createLocalApi = (options: LocalApiOptions): Api => {
  const { databaseUrl, queues, overflow, parts, log } = options
  const client = createSqsClient({ endpoint: queues.endpoint, region: queues.region })
  const doorbell = createDoorbellRinger({
    queue: sqsQueue(client, queues.urls.doorbell),
    now: () => performance.now(),
  })
  const api = createApi({
    ...{ databaseUrl, overflow, doorbell, parts },
    reportFault: (error, requestId) =>
      log(`api: request ${requestId} failed: ${error instanceof Error ? error.stack : String(error)}`),
  })
  const close = async () => {
    await api.close()
    await doorbell.flush()
    client.destroy()
  }
  return { ...api, close }
}

/** Applies what waits in the overflow; a refusal is an outcome too, and is stored under the request's id. */
export const startLocalDrainer = (store: OverflowStore, api: Api, log: (line: string) => void): Drainer =>
  startDrainer({
    store,
    log,
    isUnavailable: isDatabaseUnavailable,
    // a try costs nothing here, and people wait
    maxBackoffMs: 5_000,
    apply: (_, request) => api.applyOverflow(request),
  })
