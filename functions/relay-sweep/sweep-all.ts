import type pg from 'pg'
import { ringChronicleSweep } from '#chronicle/projection/bells'
import { ringHousekeeping } from '#ledger/archivist/housekeeping-bell'
import { ringSweep } from '#ledger/sweep-bell'
import { type HealOptions, healOverflow } from '#platform/overflow/heal'
import type { Queue } from '#platform/queue/queue'
import type { Log } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'
import type { DemandBell } from '#relay/demand'
import { measureRelay } from '#relay/measure'
import { sweep } from '#relay/sweep'
import { sendReminder } from '#world/snapshot-reminder'
import { relayDestinations } from '../relay/destinations.ts'

export interface SweepParts {
  /** As orrery_relay. */
  pool: pg.Pool
  doorbell: Queue
  demand: DemandBell
  overflow: HealOptions
  snapshots: Queue
  /** Its engines sweep: they have the role for it. */
  ledger: Queue
  /** Whoever projects chronicles sweeps, for the same reason. */
  chronicle: Queue
  log: Log
  metrics: Metrics
}

/** How many worlds each part found. */
export interface SweepReport {
  leftBehind: number
  overflowing: number
}

/**
 * Looks for all that a lost message may have left undone; one part that fails does not keep the others from it.
 *
 * @throws AggregateError with what failed.
 */
export const sweepAll = async (parts: SweepParts): Promise<SweepReport> => {
  const { pool, doorbell, demand, snapshots, ledger, chronicle, log } = parts
  const destinations = relayDestinations.map((name) => ({ name }))
  const [leftBehind, overflowing, ...others] = await Promise.allSettled([
    sweep({ pool, destinations, doorbell }),
    healAndMeasure(parts),
    demand.ring('sweep'),
    sendReminder(snapshots, { all: true }, new Date()),
    ringSweep(ledger),
    ringChronicleSweep(chronicle),
    ringHousekeeping(ledger, new Date()),
  ])
  await measureRelay({ ...parts, destinations })
  const failures = [leftBehind, overflowing, ...others].filter((result) => result.status === 'rejected')
  if (failures.length > 0) {
    const reasons = failures.map(({ reason }) => reason as Error)
    throw new AggregateError(reasons, `The sweep failed: ${reasons.map(({ message }) => message).join('; ')}`)
  }
  const report = { leftBehind: countOf(leftBehind), overflowing: countOf(overflowing) }
  if (report.leftBehind + report.overflowing > 0)
    log(`sweep: rang for ${report.leftBehind} worlds; ${report.overflowing} worlds wait in the overflow`, {
      ...report,
      level: 'info',
    })
  return report
}

const healAndMeasure = async ({ overflow, metrics }: SweepParts): Promise<number> => {
  const waiting = await healOverflow(overflow)
  metrics.gauge('orrery_overflow_waiting', waiting)
  return waiting
}

const countOf = (result: PromiseSettledResult<number>): number =>
  result.status === 'fulfilled' ? result.value : 0
