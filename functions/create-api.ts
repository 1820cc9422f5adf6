import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { Embedder } from '#chronicle/embedding/embedder'
import { createTileCache } from '#ledger/tile-cache'
import { createDispatch, type Dispatch } from '#platform/http/dispatch'
import { type ApiHandler, toApiHandler } from '#platform/http/lambda'
import type { Route } from '#platform/http/route'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { OverflowRequest, OverflowStore } from '#platform/overflow/overflow'
import type { DatabaseConnection } from '#platform/postgres/connection'
import { createPool } from '#platform/postgres/pool'
import type { Log } from '#platform/telemetry/log'
import { type Metrics, noMetrics } from '#platform/telemetry/metrics'
import type { DemandBell } from '#relay/demand'
import { createCachedEntities } from '#world/cache/cached-entities'
import type { EntityCache } from '#world/cache/entity-cache'
import type { ChangedWorld } from '#world/cache/invalidate'
import type { EventBatch } from '#world/event'
import type { KeyWrapper } from '#world/sealing/key-wrapper'
import { createSealing } from '#world/sealing/sealing'
import type { SnapshotReminder } from '#world/snapshot-reminder'
import type { DoorbellRinger } from '#world/write'
import { createAdmission, type RequestLimits } from './admission.ts'
import type { ApiContext } from './api-context.ts'
import type { MakeSync } from './api-sync/create.ts'
import { createApiWriter, queryTimeoutMs } from './api-writer.ts'
import { tellOfChanges } from './changed-entities.ts'
import { createObserver } from './observe.ts'
import { answerPast } from './past.ts'
import { createPlainTypes } from './plain-types.ts'
import { createWorldIds } from './world-ids.ts'

export interface ApiOptions {
  /** Those of one capability, or all. */
  routes: Route<ApiContext>[]
  /** As orrery_app. */
  database: DatabaseConnection
  overflow: OverflowStore
  /** Default, for routes that only read: nobody is rung for. */
  doorbell?: DoorbellRinger
  /** Default: no scene snapshots by time. */
  snapshots?: SnapshotReminder | undefined
  /** Default: no projection of chronicles is rung for. */
  chronicle?: DoorbellRinger | undefined
  /** Default: events are found by their words alone. */
  embedder?: Embedder | undefined
  /** Default: a physics service always runs. */
  demand?: DemandBell | undefined
  /** Default, for routes that ask no more of the ledger than its tables: no bells, no archive. */
  ledger?: ApiContext['ledger']
  /** Default: dead letters cannot be sent again by this host. */
  relayBell?: ApiContext['relayBell']
  /** Where datasets of training sets are written; default: none can be asked for. */
  datasets?: ObjectStore | undefined
  /** Of commits, for forks, and of the past; default: that of `ledger`. */
  archive?: ObjectStore
  /** Of entities; default: each read goes to the database. Closed with the API. */
  cache?: EntityCache | undefined
  /** Of the tenants' data keys; default: sensitive component types are not switched on. */
  keyWrapper?: KeyWrapper | undefined
  /** Tells clients of worlds; default: this host has no streams. */
  sync?: MakeSync | undefined
  /** Answers `/mcp`; default: this host has no tools. */
  mcp?: ApiContext['mcp']
  /** Parts beside the database, and whether each is up; default none. */
  parts?: Record<string, () => Promise<boolean>>
  /** A fault of ours, for the log; the client sees its request id only. */
  reportFault: (error: unknown, requestId: string) => void
  /** Default: nothing is measured. */
  metrics?: Metrics | undefined
  /** Gets a line for each answer; default: none. */
  access?: Log | undefined
  /** What each tenant may send; default: as much as it likes. */
  limits?: RequestLimits | undefined
}

export interface Api {
  handler: ApiHandler
  /** Writes a request that waited in the overflow; its outcome is stored, be it a refusal. */
  applyOverflow(request: OverflowRequest): Promise<void>
  /** Events of a world, from whoever wrote them: the cache drops what they changed. Never rejects. */
  changed(world: ChangedWorld, events: EventBatch['events']): Promise<void>
  /** Ends the connections; requests that run should have ended. */
  close(): Promise<void>
}

// a plan that was made for a table while it was nearly empty must not outlive that
const readerSettings = ['plan_cache_mode=force_custom_plan']

// some 60 full pages, in a function of 512 MB
const tileCacheBytes = 64 * 1024 * 1024
/** A fork of a large world takes a minute or more; the function ends later (infra/constructs/api-functions.ts). */
const slowMs = 300_000

const noDoorbell: DoorbellRinger = { beforeCommit: async () => {}, afterCommit: () => {} }

/** The API, or one capability of it, on one process's pools. */
export const createApi = (options: ApiOptions): Api => {
  const { routes, database, overflow, doorbell = noDoorbell, snapshots, demand, parts, reportFault } = options
  const {
    metrics = noMetrics,
    access,
    limits,
    ledger,
    chronicle,
    embedder,
    archive = ledger?.objects,
    mcp,
  } = options
  const readers = createPool({
    ...database,
    queryTimeoutMs,
    applicationName: 'orrery-api-read',
    settings: readerSettings,
  })
  const reportCache = (error: unknown) => reportFault(error, 'entity-cache')
  const cacheParts = { cache: options.cache, pool: readers, metrics, reportFault: reportCache }
  const entities = createCachedEntities(cacheParts)
  const sync = options.sync?.(readers, (error) => reportFault(error, 'sync'))
  const committed: typeof entities.changed = (world, events) => {
    sync?.changed(world, [...events])
    return entities.changed(world, events)
  }
  const { writer, applyOverflow, close } = createApiWriter({
    database,
    doorbell,
    snapshots,
    chronicle,
    metrics,
    committed,
  })
  const [slow, help] = ['orrery-api-slow', 'orrery-api-slow-help'].map((applicationName, at) =>
    createPool({
      ...database,
      ...{ transactionTimeoutMs: slowMs, queryTimeoutMs: slowMs + 1_000, max: 2 - at, pipeline: true },
      ...{ applicationName, settings: readerSettings },
    }),
  ) as [pg.Pool, pg.Pool]
  const forks = { pool: slow, help: { pool: help }, doorbell, archive, now: () => new Date(), newId: uuidv7 }
  const checks = { database: () => readers.query('SELECT').then(() => true), ...parts }
  const tiles = createTileCache(tileCacheBytes)
  const health = () => healthOf(checks)
  const self: { dispatch?: Dispatch } = {}
  const dispatch: Dispatch = (request) => self.dispatch!(request)
  const worldIds = createWorldIds()
  const sealing = options.keyWrapper && createSealing({ pool: readers, wrapper: options.keyWrapper })
  const plainTypes = createPlainTypes()
  const context = {
    ...{ writer, readers, entities, worldIds, overflow, forks, archive, demand, ledger, tiles },
    relayBell: options.relayBell,
    ...{ datasets: options.datasets, snapshots },
    ...{ chronicle, embedder, sealing, plainTypes, reportFault, health, dispatch, mcp, sync },
  }
  const observe = createObserver({ metrics, access })
  const admit = createAdmission(routes, limits)
  const tell = tellOfChanges(readers, entities, reportCache)
  self.dispatch = createDispatch<ApiContext>({
    routes,
    context,
    reportFault,
    admit,
    observe,
    around: answerPast,
  })
  return {
    handler: toApiHandler(dispatch),
    applyOverflow,
    changed: (world, events) => {
      sync?.changed(world, events)
      return tell(world, events)
    },
    close: async () => {
      sync?.close()
      await entities.close()
      await Promise.all([close(), readers.end(), slow.end(), help.end()])
    },
  }
}

const healthMs = 1_000

const healthOf = async (checks: Record<string, () => Promise<boolean>>): Promise<Record<string, boolean>> => {
  const answers = Object.entries(checks).map(async ([name, check]) => [name, await inTime(check())] as const)
  return Object.fromEntries(await Promise.all(answers))
}

/** Whether the check answers yes, and soon. */
const inTime = (check: Promise<boolean>): Promise<boolean> =>
  new Promise((done) => {
    const timer = setTimeout(() => done(false), healthMs)
    check.then(done, () => done(false)).finally(() => clearTimeout(timer))
  })
