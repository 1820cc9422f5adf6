import { v7 as uuidv7 } from 'uuid'
import type { OverflowRequest } from '#platform/overflow/overflow'
import type { DatabaseConnection } from '#platform/postgres/connection'
import { createPool, defaultTransactionTimeoutMs } from '#platform/postgres/pool'
import type { Metrics } from '#platform/telemetry/metrics'
import type { WriteRequest } from '#world/commands'
import type { SnapshotReminder } from '#world/snapshot-reminder'
import type { DoorbellRinger, WriteContext } from '#world/write'
import { createWorldWriter, type WorldWriter, writeInOrder, writerPoolOptions } from '#world/writer'

export interface ApiWriterOptions {
  /** As orrery_app. */
  database: DatabaseConnection
  doorbell: DoorbellRinger
  /** Default: no scene snapshots by time. */
  snapshots?: SnapshotReminder | undefined
  /** Default: no projection of chronicles is rung for. */
  chronicle?: DoorbellRinger | undefined
  metrics?: Metrics | undefined
  /** Default: nobody is told. */
  committed?: WriteContext['committed']
}

/** The write path of one process, on a pool of its own. */
export interface ApiWriter {
  writer: WorldWriter
  /** Writes a request that waited in the overflow; its outcome is stored, be it a refusal. */
  applyOverflow(request: OverflowRequest): Promise<void>
  /** The same with several of one world, in order; where one fails, those behind it have not been written. */
  applyInOrder(requests: OverflowRequest[]): Promise<void>
  close(): Promise<void>
}

// a server that is frozen rather than gone: longer than any transaction may take
export const queryTimeoutMs = defaultTransactionTimeoutMs + 1_000

export const createApiWriter = (options: ApiWriterOptions): ApiWriter => {
  const { database, doorbell, snapshots, chronicle, metrics, committed } = options
  const pool = createPool({
    ...writerPoolOptions,
    ...database,
    queryTimeoutMs,
    applicationName: 'orrery-api-write',
  })
  const context = {
    ...{ pool, doorbell, snapshots, chronicle, metrics, committed },
    ...{ now: () => new Date(), newId: uuidv7 },
  }
  const writer = createWorldWriter(context)
  return {
    writer,
    applyOverflow: async (request) => {
      await writer.write(request as unknown as WriteRequest)
    },
    applyInOrder: (requests) => writeInOrder(context, requests as unknown as WriteRequest[]),
    close: () => pool.end(),
  }
}
