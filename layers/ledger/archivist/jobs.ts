import type pg from 'pg'
import { isDatabaseUnavailable } from '#platform/postgres/pool'
import type { Log } from '#platform/telemetry/log'
import type { JsonObject } from '#world/event'
import type { LayerKey, LedgerStore } from '../ledger-store.ts'
import type { WorldKey } from '../postgres/append-segment.ts'
import { finishJob, giveBackJob, holdJob, type TakenJob, takeJob } from '../postgres/jobs.ts'
import type { LayerName } from '../settings.ts'
import { archiveLayer } from './archive-old.ts'

export interface JobContext {
  /** As orrery_background. */
  pool: pg.Pool
  store: Pick<LedgerStore, 'archiveCommits' | 'restoreCommits'>
  /** Computes the commits of a chain from one to another again; answers what is to be told of it. */
  replay(key: LayerKey, from: string, to: string): Promise<JsonObject>
  /** Looks whether the ledger of a world holds, all its layers or one; answers what was looked at, and what does not hold. */
  verify(world: WorldKey, layer: LayerName | undefined): Promise<JsonObject>
  log: Log
  /** A job that its runner does not come back to is begun anew after so long; default 60,000. */
  heldMs?: number
  /** No further job is begun, and a long one is left for whoever comes next. */
  signal?: AbortSignal
}

/** How often a job is begun that ends whoever runs it. */
const maxAttempts = 5

/**
 * Does the jobs that administrators asked for, oldest first, until there is none; answers how many. Any number of processes
 * may call it at any time. Each job can be begun anew at any point: what was done of it stays done.
 *
 * @throws what says that the database is away: then the job is begun anew later.
 */
export const runLedgerJobs = async (context: JobContext): Promise<number> => {
  const { pool, heldMs = 60_000, signal } = context
  for (let jobs = 0; ; jobs++) {
    const job = signal?.aborted ? undefined : await takeJob(pool, heldMs)
    if (job === undefined) return jobs
    const holding = setInterval(() => void holdJob(pool, job, heldMs).catch(() => {}), heldMs / 3)
    try {
      await run(context, job)
    } finally {
      clearInterval(holding)
    }
  }
}

const run = async (context: JobContext, job: TakenJob): Promise<void> => {
  const { pool, log } = context
  if (job.attempts > maxAttempts) return finishJob(pool, job, 'failed', failureOf('given-up'))
  try {
    await finishJob(pool, job, 'done', await work(context, job))
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error
    if (error instanceof OutOfTime) return giveBackJob(pool, job)
    const { code, message } = error as { code?: string; message: string }
    log(`job ${job.jobId} (${job.kind}) failed: ${message}`, { level: 'error', world: job.worldId })
    await finishJob(pool, job, 'failed', failureOf(code))
  }
}

const failures: Record<string, string> = {
  'archive-damaged': 'Archived bytes are missing, or are not what was archived.',
  'commit-conflict': 'Commits differ from those that are kept.',
  'given-up': 'It ended whoever ran it, several times.',
  'input-damaged': 'Ticks that these commits were made of are not what was stored.',
  'input-missing': 'Ticks that these commits were made of are no longer kept.',
  'ledger-broken': 'Entries of these commits are in an archive that is damaged or missing.',
  'not-a-chain': 'The commits are not of one chain of that layer of the world, the first before the last.',
  'no-such-archive': 'The world has no such archive.',
}

const failureOf = (code = 'internal'): JsonObject =>
  Object.hasOwn(failures, code)
    ? { code, detail: failures[code]! }
    : { code: 'internal', detail: 'Something went wrong on our side.' }

const work = (context: JobContext, job: TakenJob): Promise<JsonObject> => {
  const { worldId, tenantId } = job
  switch (job.kind) {
    case 'archive': {
      const { layer, beforeEpoch } = job.params
      return archive(context, { worldId, tenantId, layer }, beforeEpoch)
    }
    case 'restore':
      return restore(context, job, job.params.pointer)
    case 'replay': {
      const { layer, from, to } = job.params
      return context.replay({ worldId, tenantId, layer }, from, to)
    }
    case 'verify':
      return context.verify({ worldId, tenantId }, job.params.layer)
  }
}

/** What was moved stays moved, so that who goes on has less to do. */
const archive = async (context: JobContext, key: LayerKey, beforeEpoch: number): Promise<JsonObject> => {
  const archived = await archiveLayer(context, key, { beforeEpoch })
  if (context.signal?.aborted) throw new OutOfTime()
  return { ...archived }
}

class OutOfTime extends Error {}

const archiveText = 'SELECT layer, key FROM ledger_archives WHERE world_id = $1 AND archive_id = $2'

const restore = async (
  { pool, store }: JobContext,
  { worldId, tenantId }: TakenJob,
  pointer: string,
): Promise<JsonObject> => {
  const { rows } = await pool.query<{ layer: LayerName; key: string }>(archiveText, [worldId, pointer])
  if (rows[0] === undefined) throw new NoSuchArchive(pointer)
  const { layer, key } = rows[0]
  return { commits: await store.restoreCommits({ worldId, tenantId, layer }, key) }
}

class NoSuchArchive extends Error {
  readonly code = 'no-such-archive'

  constructor(pointer: string) {
    super(`there is no archive ${pointer}`)
  }
}
