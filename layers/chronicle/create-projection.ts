import { v7 as uuidv7 } from 'uuid'
import type { DatabaseConnection } from '#platform/postgres/connection'
import { createPool } from '#platform/postgres/pool'
import type { Log } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'
import type { DoorbellRinger } from '#world/write'
import { writerPoolOptions } from '#world/writer'
import type { ProjectionContext } from './projection/context.ts'

export interface ProjectionParts {
  /** As orrery_background. */
  database: DatabaseConnection
  /** As orrery_app, the same database. */
  writers: DatabaseConnection
  doorbell: DoorbellRinger
  log: Log
  metrics?: Metrics | undefined
  /** Of both pools; default that of pools. */
  connectionTimeoutMs?: number
}

/** Of a transaction of the world: a batch has thousands of commands. Bells before its commit are delayed by more. */
export const writeTimeoutMs = 60_000

/** The projection on pools of its own; one world at a time. */
export const createProjection = (
  parts: ProjectionParts,
): { context: ProjectionContext; close(): Promise<void> } => {
  const { database, writers, doorbell, log, metrics, connectionTimeoutMs } = parts
  const waiting = connectionTimeoutMs === undefined ? {} : { connectionTimeoutMs }
  const pool = createPool({
    ...database,
    ...waiting,
    applicationName: 'orrery-chronicle',
    max: 4,
    pipeline: true,
  })
  const writerPool = createPool({
    ...{ ...writerPoolOptions, ...writers, ...waiting, max: 2 },
    transactionTimeoutMs: writeTimeoutMs,
    applicationName: 'orrery-chronicle-write',
  })
  const now = () => new Date()
  return {
    context: {
      ...{ pool, now, log, metrics },
      write: { pool: writerPool, doorbell, now, newId: uuidv7 },
    },
    close: async () => {
      await Promise.all([pool.end(), writerPool.end()])
    },
  }
}
