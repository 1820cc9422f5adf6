import type pg from 'pg'
import type { JsonObject } from '#world/event'
import type { LayerName } from '../settings.ts'
import type { WorldKey } from './append-segment.ts'

/** What an administrator may ask for that takes longer than a request. */
export type JobTask =
  /** Moves the entries of commits whose spans end before a tick to the archive. */
  | { kind: 'archive'; params: { layer: LayerName; beforeEpoch: number } }
  /** Brings back what an archive's pointer names. */
  | { kind: 'restore'; params: { pointer: string } }
  /** Recomputes the commits from one to another of a layer's chain and compares their hashes. */
  | { kind: 'replay'; params: { layer: LayerName; from: string; to: string } }
  /** Verifies the ledger of the world, or one layer of it. */
  | { kind: 'verify'; params: { layer?: LayerName } }

export const jobKinds = ['archive', 'restore', 'replay', 'verify'] as const
export const jobStatuses = ['waiting', 'running', 'done', 'failed'] as const

export type LedgerJob = JobTask & {
  jobId: string
  status: (typeof jobStatuses)[number]
  /** What came of it; of a failure `code` and `detail`. null: not yet. */
  result: JsonObject | null
  /** The user, hashed. */
  requestedBy: string
  createdAt: Date
  finishedAt: Date | null
}

const columns = `job_id AS "jobId", kind, params, status, result, requested_by AS "requestedBy",
  created_at AS "createdAt", finished_at AS "finishedAt"`

const insertText = `
  INSERT INTO ledger_jobs (job_id, tenant_id, world_id, kind, params, request_id, requested_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (world_id, request_id) DO NOTHING RETURNING ${columns}`

const ofRequestText = `SELECT ${columns} FROM ledger_jobs WHERE world_id = $1 AND request_id = $2`

export interface NewJob {
  /** A new UUIDv7. */
  jobId: string
  requestId: string
  /** The user, hashed. */
  requestedBy: string
  task: JobTask
}

/** Asks for a job, in the caller's transaction. A request that asked for one before gets that one. */
export const insertJob = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  { jobId, requestId, requestedBy, task: { kind, params } }: NewJob,
): Promise<{ job: LedgerJob; isNew: boolean }> => {
  const values = [jobId, tenantId, worldId, kind, JSON.stringify(params), requestId, requestedBy]
  const made = (await client.query<LedgerJob>(insertText, values)).rows[0]
  if (made !== undefined) return { job: made, isNew: true }
  const { rows } = await client.query<LedgerJob>(ofRequestText, [worldId, requestId])
  return { job: rows[0]!, isNew: false }
}

const readText = `SELECT ${columns} FROM ledger_jobs WHERE world_id = $1 AND job_id = $2`

export const readJob = async (
  client: pg.ClientBase,
  worldId: string,
  jobId: string,
): Promise<LedgerJob | undefined> => (await client.query<LedgerJob>(readText, [worldId, jobId])).rows[0]

const listText = `
  SELECT ${columns} FROM ledger_jobs
  WHERE world_id = $1 AND ($2::text IS NULL OR status = $2)
    AND (created_at, job_id) < (coalesce($3, 'infinity'::timestamptz), coalesce($4, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
  ORDER BY created_at DESC, job_id DESC LIMIT $5`

export interface JobsFilter {
  status?: LedgerJob['status'] | undefined
  /** Continue after this job of the page before. */
  after?: { createdAt: Date; jobId: string } | undefined
}

/** Jobs of a world, newest first. */
export const listJobs = async (
  client: pg.ClientBase,
  worldId: string,
  { status, after }: JobsFilter,
  limit: number,
): Promise<LedgerJob[]> => {
  const values = [worldId, status ?? null, after?.createdAt ?? null, after?.jobId ?? null, limit]
  return (await client.query<LedgerJob>(listText, values)).rows
}

/** A job that somebody has begun. */
export type TakenJob = JobTask &
  WorldKey & {
    jobId: string
    /** How often it was begun, this time included. */
    attempts: number
  }

const takeText = `
  UPDATE ledger_jobs SET status = 'running', attempts = attempts + 1, held_until = now() + $1 * interval '1 millisecond'
  WHERE job_id = (
    SELECT job_id FROM ledger_jobs WHERE status IN ('waiting', 'running') AND held_until < now()
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING job_id AS "jobId", tenant_id AS "tenantId", world_id AS "worldId", kind, params, attempts`

/** The oldest job that nobody works on, or that whoever did has not been heard of for so long. */
export const takeJob = async (pool: pg.Pool, heldMs: number): Promise<TakenJob | undefined> =>
  (await pool.query<TakenJob>(takeText, [heldMs])).rows[0]

const holdText = `
  UPDATE ledger_jobs SET held_until = now() + $3 * interval '1 millisecond'
  WHERE job_id = $1 AND attempts = $2 AND status = 'running'`

/** Goes on holding it; nothing where somebody else has begun it anew. */
export const holdJob = async (
  pool: pg.Pool,
  { jobId, attempts }: Pick<TakenJob, 'jobId' | 'attempts'>,
  heldMs: number,
): Promise<void> => {
  await pool.query(holdText, [jobId, attempts, heldMs])
}

const giveBackText = `
  UPDATE ledger_jobs SET status = 'waiting', attempts = attempts - 1, held_until = '-infinity'
  WHERE job_id = $1 AND attempts = $2 AND status = 'running'`

/** Leaves it, half done, to whoever comes next; that it was begun does not count. */
export const giveBackJob = async (
  pool: pg.Pool,
  { jobId, attempts }: Pick<TakenJob, 'jobId' | 'attempts'>,
): Promise<void> => {
  await pool.query(giveBackText, [jobId, attempts])
}

const finishText = `
  UPDATE ledger_jobs SET status = $3, result = $4, finished_at = date_trunc('milliseconds', clock_timestamp())
  WHERE job_id = $1 AND attempts = $2 AND status = 'running'`

export const finishJob = async (
  pool: pg.Pool,
  { jobId, attempts }: Pick<TakenJob, 'jobId' | 'attempts'>,
  status: 'done' | 'failed',
  result: JsonObject,
): Promise<void> => {
  await pool.query(finishText, [jobId, attempts, status, JSON.stringify(result)])
}
