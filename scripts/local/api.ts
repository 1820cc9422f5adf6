import type { Embedder } from '#chronicle/embedding/embedder'
import { inProcessRateLimiter } from '#platform/limits/in-process'
import type { TenantLimits } from '#platform/limits/tenant-limits'
import type { ObjectStore } from '#platform/object-store/object-store'
import { type Drainer, startDrainer } from '#platform/overflow/drainer'
import type { OverflowSpool, OverflowStore } from '#platform/overflow/overflow'
import { isDatabaseUnavailable } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { Metrics } from '#platform/telemetry/metrics'
import { createDoorbellRinger } from '#relay/doorbell'
import type { EntityCache } from '#world/cache/entity-cache'
import { localKeyFile } from '#world/sealing/local-key-file'
import { createSnapshotReminder } from '#world/snapshot-reminder'
import { answerMcp } from '../../functions/api-mcp/answer.ts'
import { apiRoutes } from '../../functions/api-routes.ts'
import { makeSync } from '../../functions/api-sync/create.ts'
import { type Api, createApi } from '../../functions/create-api.ts'
import { checkRouteScopes } from '../../functions/route-scopes.ts'
import type { LocalQueues } from './queues.ts'

export interface LocalApiOptions {
  /** As orrery_app. */
  databaseUrl: string
  queues: LocalQueues
  overflow: OverflowStore
  /** Of the key that wraps the data keys of tenants; made when it is missing. */
  sealingKeyFile: string
  /** The stack's own: what the ledger's archive holds. */
  objects: ObjectStore
  /** What each tenant may send; undefined: as much as it likes. */
  limits?: TenantLimits | undefined
  /** Of entities; undefined: none. */
  cache?: EntityCache | undefined
  /** Parts beside the database, and whether each is up. */
  parts: Record<string, () => Promise<boolean>>
  metrics: Metrics
  /** Undefined: chronicles are searched by their words alone. */
  embedder: Embedder | undefined
  log: (line: string) => void
}

/** The API of a stack, before it has a door: what drains the overflow writes through it too. */
export const createLocalApi = (options: LocalApiOptions): Api => {
  const {
    databaseUrl,
    queues,
    overflow,
    sealingKeyFile,
    objects,
    limits,
    cache,
    parts,
    metrics,
    embedder,
    log,
  } = options
  checkRouteScopes(apiRoutes)
  const client = createSqsClient({ endpoint: queues.endpoint, region: queues.region })
  const doorbell = createDoorbellRinger({
    queue: sqsQueue(client, queues.urls.doorbell),
    now: () => performance.now(),
  })
  const snapshots = createSnapshotReminder({
    queue: sqsQueue(client, queues.urls.snapshots),
    now: () => new Date(),
  })
  const chronicle = createDoorbellRinger({
    queue: sqsQueue(client, queues.urls.chronicle),
    now: () => performance.now(),
  })
  const api = createApi({
    ...{ routes: apiRoutes, database: { connectionString: databaseUrl } },
    ...{ overflow, doorbell, snapshots, chronicle, cache, parts, metrics, embedder },
    keyWrapper: localKeyFile(sealingKeyFile),
    mcp: answerMcp,
    // what other processes write is told by the relay
    sync: makeSync({ pollMs: 1_000 }),
    ledger: { queue: sqsQueue(client, queues.urls.ledger), objects },
    relayBell: sqsQueue(client, queues.urls.doorbell),
    datasets: objects,
    limits: limits && { limiter: inProcessRateLimiter(Date.now), tenants: limits, log },
    reportFault: (error, requestId) =>
      log(`api: request ${requestId} failed: ${error instanceof Error ? error.stack : String(error)}`),
  })
  const close = async () => {
    await api.close()
    await Promise.all([doorbell.flush(), snapshots.flush(), chronicle.flush()])
    client.destroy()
  }
  return { ...api, close }
}

/** Applies what waits in the overflow; a refusal is an outcome too, and is stored under the request's id. */
export const startLocalDrainer = (store: OverflowSpool, api: Api, log: (line: string) => void): Drainer =>
  startDrainer({
    store,
    log,
    isUnavailable: isDatabaseUnavailable,
    // a try costs nothing here, and people wait
    maxBackoffMs: 5_000,
    apply: (_, request) => api.applyOverflow(request),
  })
