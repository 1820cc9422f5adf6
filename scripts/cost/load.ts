import { defaultPhysicsConfig } from '#physics/config'
import { monthHours } from '#platform/cost/item'
import type { Deployment } from './deployment.ts'
import { type LedgerLoad, ledgerLoad } from './usage-ledger.ts'
import type { Workload } from './workloads.ts'

/** What a workload asks of the parts of a deployment; a month's where no second is named. */
export interface Load {
  writes: number
  reads: number
  events: number
  /** Doorbells, and the runs of the relay that they make. */
  rings: number
  relayRuns: number
  tasks: number
  taskHours: number
  /** Bodies written back, while worlds tick. */
  rowsPerSecond: number
  transactionsPerSecond: number
  /** What Aurora's log takes. */
  logBytesPerSecond: number
  checkpoints: number
  ledger: LedgerLoad
}

/** Measured: a tick of 1,000,000 bodies takes 1.2 s of two cores until the next may begin, one of 100,000 0.12 s (bench tick). */
const bodyTicksPerCoreSecond = 400_000
/** Measured: what one task writes back, on two cores beside PostgreSQL (bench writeback). */
const rowsPerTaskSecond = 150_000
/** Rows of one statement of the write-back, and a lease's renewals and scans. */
const rowsPerStatement = 5_000
const leaseStatementsPerSecond =
  1_000 / defaultPhysicsConfig.renewEveryMs + 1_000 / defaultPhysicsConfig.scanEveryMs
/** The ring before a commit covers the writes of so many seconds. */
const delayedRingSeconds = 20
/** Bytes of PostgreSQL's log: of a transaction, of a body's row, of an entity or a commit with event and indexes. */
const logBytes = { transaction: 300, body: 200, entity: 4_000, commit: 8_000 }
/** A segment's, and of each bell: the lease, what is new, the windows, the lease again. */
const ledgerTransactions = { segment: 1, bell: 4 }

export const loadOf = (workload: Workload, deployment: Deployment): Load => {
  const { worlds, entities, bodies, ticksPerSecond, tickHours, playHours, itemsPerWrite } = workload
  const playSeconds = worlds * playHours * 3_600
  const writes = playSeconds * workload.writesPerSecond
  const rings = writes + Math.min(writes, playSeconds / delayedRingSeconds)
  const tasks = tasksOf(workload, deployment)
  const rowsPerSecond = Math.min(
    (worlds * bodies * 1_000) / defaultPhysicsConfig.writeBackMs,
    tasks * rowsPerTaskSecond,
  )
  const statements = Math.max(
    rowsPerSecond / rowsPerStatement,
    (worlds * 1_000) / defaultPhysicsConfig.writeBackMs,
  )
  const writesPerSecond = writes / (tickHours * 3_600)
  const ledger = ledgerLoad(workload, deployment.segmentSeconds)
  const tickSeconds = tickHours * 3_600
  const ledgerPerSecond =
    (ledger.segments * ledgerTransactions.segment + ledger.bells * ledgerTransactions.bell) / tickSeconds
  const transactionsPerSecond =
    ledgerPerSecond +
    worlds * ticksPerSecond +
    statements +
    tasks * leaseStatementsPerSecond +
    writesPerSecond
  return {
    ...{ ledger, writes, rings, tasks, rowsPerSecond, transactionsPerSecond },
    reads: playSeconds * workload.readsPerSecond,
    events: writes * itemsPerWrite,
    relayRuns: rings / ringsPerRun(rings),
    taskHours: tasks * tickHours,
    logBytesPerSecond:
      transactionsPerSecond * logBytes.transaction +
      rowsPerSecond * logBytes.body +
      (ledger.commits / tickSeconds) * logBytes.commit +
      writesPerSecond * itemsPerWrite * logBytes.entity,
    checkpoints:
      entities === 0 ? 0 : (worlds * tickHours * 3_600_000) / defaultPhysicsConfig.checkpointEveryMs,
  }
}

/** As many as the worlds need by the stage's count or by their bodies; a world is never split. */
const tasksOf = ({ worlds, bodies, ticksPerSecond, task }: Workload, deployment: Deployment): number => {
  if (task !== undefined) return worlds
  const cores = (worlds * bodies * ticksPerSecond) / bodyTicksPerCoreSecond
  return Math.ceil(Math.max(worlds / deployment.worldsPerTask, cores / deployment.task.vcpu))
}

/** Lambda hands the relay what lies in the queue, ten at most: those of a tenth of a second. */
const ringsPerRun = (rings: number): number => Math.min(10, Math.max(1, (rings / (monthHours * 3_600)) * 0.1))
