import { v7 as uuidv7 } from 'uuid'
import { createDispatch } from '#platform/http/dispatch'
import { type ApiHandler, toLambdaHandler } from '#platform/http/lambda'
import type { OverflowRequest, OverflowStore } from '#platform/overflow/overflow'
import { createPool, defaultTransactionTimeoutMs } from '#platform/postgres/pool'
import type { WriteRequest } from '#world/commands'
import type { DoorbellRinger } from '#world/write'
import { createWorldWriter, writerPoolOptions } from '#world/writer'
import { apiRoutes } from './api-routes.ts'

export interface ApiOptions {
  /** As orrery_app. */
  databaseUrl: string
  overflow: OverflowStore
  doorbell: DoorbellRinger
  /** Parts beside the database, and whether each is up. */
  parts: Record<string, () => Promise<boolean>>
  /** A fault of ours, for the log; the client sees its request id only. */
  reportFault: (error: unknown, requestId: string) => void
}

export interface Api {
  handler: ApiHandler
  /** Writes a request that waited in the overflow; its outcome is stored, be it a refusal. */
  applyOverflow(request: OverflowRequest): Promise<void>
  /** Ends the connections; requests that run should have ended. */
  close(): Promise<void>
}

// a plan that was made for a table while it was nearly empty must not outlive that
const readerSettings = ['plan_cache_mode=force_custom_plan']

// a server that is frozen rather than gone: longer than any transaction may take
const queryTimeoutMs = defaultTransactionTimeoutMs + 1_000

/** The whole API on one process's pools. */
export const createApi = ({ databaseUrl, overflow, doorbell, parts, reportFault }: ApiOptions): Api => {
  const writers = createPool({
    ...writerPoolOptions,
    connectionString: databaseUrl,
    queryTimeoutMs,
    applicationName: 'orrery-api-write',
  })
  const readers = createPool({
    connectionString: databaseUrl,
    queryTimeoutMs,
    applicationName: 'orrery-api-read',
    settings: readerSettings,
  })
  const writer = createWorldWriter({ pool: writers, doorbell, now: () => new Date(), newId: uuidv7 })
  const checks = { database: () => readers.query('SELECT').then(() => true), ...parts }
  const context = { writer, readers, overflow, health: () => healthOf(checks) }
  return {
    handler: toLambdaHandler(createDispatch({ routes: apiRoutes, context, reportFault })),
    applyOverflow: async (request) => {
      await writer.write(request as unknown as WriteRequest)
    },
    close: async () => {
      await Promise.all([writers.end(), readers.end()])
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
