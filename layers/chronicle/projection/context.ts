import type pg from 'pg'
import type { Log } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'
import type { WriteContext } from '#world/write'

/** What the projection works with; each host (local process, Lambda, command) makes one. */
export interface ProjectionContext {
  /** As orrery_background; two connections for each world that is projected at once. */
  pool: pg.Pool
  /** As orrery_app: what chronicles do to entities takes the way of all writes. */
  write: WriteContext
  now: () => Date
  log: Log
  metrics?: Metrics | undefined
  options?: ProjectionOptions
}

export interface ProjectionOptions {
  /** Chronicle events of one transaction; default 5,000. */
  batchEvents?: number
  /** Failures in a row after which the breaker opens; default 3. */
  failureLimit?: number
  /** How long it stays open first, and at most; each failed probe doubles it. Default 2,000 and 300,000. */
  openMs?: number
  longestOpenMs?: number
}

export const defaultOptions = {
  batchEvents: 5_000,
  failureLimit: 3,
  openMs: 2_000,
  longestOpenMs: 300_000,
} satisfies Required<ProjectionOptions>

/** A batch, or a switch to what was built beside, that takes longer is given up. */
export const switchTimeoutMs = 600_000
