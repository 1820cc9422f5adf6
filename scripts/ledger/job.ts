import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { runLedgerJobs } from '#ledger/archivist/jobs'
import { insertJob, type JobTask, type LedgerJob, readJob } from '#ledger/postgres/jobs'
import { replayCommits } from '#ledger/replay/replay-commits'
import { verifyAsJob } from '#ledger/verify/verify-world'
import { inTransaction } from '#platform/postgres/pool'
import type { JsonObject } from '#world/event'
import { storeAudit } from '#world/postgres/store-audit'
import { NothingThere, type StackConnection } from '../local/connect.ts'
import type { LedgerCommand } from './command.ts'
import type { LedgerOptions } from './options.ts'
import { findWorld, type LedgerWorld } from './worlds.ts'

type JobOptions = Extract<LedgerOptions, { command: 'archive' | 'restore' }>

/**
 * Asks for a job as the API does, with its entry in the audit log, and does the jobs that wait; one that somebody else has
 * taken meanwhile is waited for. 1 where it failed.
 */
export const runJob = async (
  { pool, objects }: StackConnection,
  options: JobOptions,
  { out, err }: LedgerCommand,
): Promise<number> => {
  const world = await findWorld(pool, options.tenant, options.world)
  const jobId = await askFor(pool, world, taskOf(options))
  await runLedgerJobs({
    ...{ pool, log: (line) => err(line) },
    store: postgresLedgerStore({ pool, archive: objects, newId: uuidv7 }),
    replay: (...what) => replayCommits({ pool, objects }, ...what),
    verify: (...what) => verifyAsJob({ pool, objects }, ...what),
  })
  const { status, result } = await finished(pool, world, jobId)
  out(`${world.name}: ${options.command} ${status}: ${resultText(result)}`)
  return status === 'done' ? 0 : 1
}

const taskOf = (options: JobOptions): JobTask => {
  if (options.command === 'restore') return { kind: 'restore', params: { pointer: options.pointer } }
  const { layer, beforeEpoch } = options
  return { kind: 'archive', params: { layer, beforeEpoch } }
}

const askFor = (pool: pg.Pool, world: LedgerWorld, task: JobTask): Promise<string> =>
  inTransaction(pool, async (client) => {
    const [jobId, requestId] = [uuidv7(), uuidv7()]
    const requestedBy = 'npm run ledger'
    await insertJob(client, world, { jobId, requestId, requestedBy, task })
    await storeAudit(
      client,
      { tenantId: world.tenantId, world: world.name },
      {
        ...{ auditId: uuidv7(), requestId, subject: requestedBy, action: `${task.kind}Ledger` },
        outcome: { status: 'requested', jobId, ...task.params },
      },
    )
    return jobId
  })

const askAgainMs = 500

const finished = async (pool: pg.Pool, { worldId }: LedgerWorld, jobId: string): Promise<LedgerJob> => {
  for (;;) {
    const job = await inTransaction(pool, (client) => readJob(client, worldId, jobId))
    if (job === undefined) throw new NothingThere('The world is gone, and the job with it.')
    if (job.status === 'done' || job.status === 'failed') return job
    await delay(askAgainMs)
  }
}

const resultText = (result: JsonObject | null): string =>
  Object.entries(result ?? {})
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
