import type pg from 'pg'
import type { Dataset, DatasetPart } from '../dataset.ts'
import type { PinnedSnapshot } from '../epoch.ts'
import { type DatasetRow, datasetColumns, datasetFrom } from './dataset-row.ts'
import { pinnedColumns, pinnedValues } from './epoch-row.ts'

/** A dataset that somebody has begun to work on; whoever takes it next has another `attempts`, which fences. */
export interface TakenDataset extends Dataset {
  tenantId: string
  spaceName: string
  attempts: number
  /** Whoever had it before went away without a word. */
  wasLost: boolean
}

const takeText = `
  UPDATE training_datasets SET status = 'running', attempts = training_datasets.attempts + 1,
    held_until = now() + $2 * interval '1 millisecond'
  FROM (
    SELECT dataset_id, status FROM training_datasets
    WHERE status IN ('waiting', 'running') AND held_until < now() AND ($1::uuid IS NULL OR world_id = $1)
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
  ) AS before, worlds
  WHERE training_datasets.dataset_id = before.dataset_id AND worlds.world_id = training_datasets.world_id
  RETURNING ${datasetColumns()}, training_datasets.tenant_id, training_datasets.attempts, worlds.name AS space_name,
    before.status = 'running' AS was_lost`

type TakenRow = DatasetRow & { tenant_id: string; attempts: number; space_name: string; was_lost: boolean }

/** The oldest dataset, of one world or of any, that waits for work and that nobody holds. */
export const takeDataset = async (
  pool: pg.Pool,
  worldId: string | undefined,
  heldMs: number,
): Promise<TakenDataset | undefined> => {
  const [row] = (await pool.query<TakenRow>(takeText, [worldId ?? null, heldMs])).rows
  if (row === undefined) return undefined
  const { tenant_id: tenantId, attempts, space_name: spaceName, was_lost: wasLost } = row
  return { ...datasetFrom(row), tenantId, attempts, spaceName, wasLost }
}

type Held = Pick<TakenDataset, 'datasetId' | 'attempts' | 'tenantId'>

const addPartText = `
  WITH held AS (
    UPDATE training_datasets SET held_until = now() + $3 * interval '1 millisecond'
    WHERE dataset_id = $1 AND attempts = $2 AND status = 'running' RETURNING dataset_id)
  INSERT INTO training_dataset_parts (dataset_id, tenant_id, part, snapshot, last_entity, key, rows, bytes, sha256, counts)
  SELECT dataset_id, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM held`

/** Notes a part that is in the object store; false where somebody else has taken the dataset meanwhile. */
export const addPart = async (
  pool: pg.Pool,
  { datasetId, attempts, tenantId }: Held,
  part: DatasetPart,
  heldMs: number,
): Promise<boolean> => {
  const { rowCount } = await pool.query(addPartText, [
    ...[datasetId, attempts, heldMs, tenantId, part.part, part.snapshot, part.lastEntity],
    ...[part.key, part.rows, part.bytes, part.sha256, JSON.stringify(part.counts)],
  ])
  return rowCount === 1
}

const dropText = `
  DELETE FROM training_dataset_parts p USING training_datasets d
  WHERE p.dataset_id = $1 AND p.part >= $3 AND d.dataset_id = $1 AND d.attempts = $2`

/** Forgets the parts from one on: they are made again. */
export const dropParts = async (
  pool: pg.Pool,
  { datasetId, attempts }: Held,
  from: number,
): Promise<void> => {
  await pool.query(dropText, [datasetId, attempts, from])
}

const leaveText = `
  UPDATE training_datasets SET status = $3, problem = $4, held_until = '-infinity',
    finished_at = CASE $3 WHEN 'waiting' THEN finished_at ELSE date_trunc('milliseconds', clock_timestamp()) END
  WHERE dataset_id = $1 AND attempts = $2 AND status = 'running'`

/** Done, failed, or to be gone on with by whoever comes next. */
export const leaveDataset = async (
  pool: pg.Pool,
  { datasetId, attempts }: Held,
  status: 'waiting' | 'done' | 'failed',
  problem: Dataset['problem'] = null,
): Promise<void> => {
  await pool.query(leaveText, [datasetId, attempts, status, problem && JSON.stringify(problem)])
}

const selectBehind = `
  SELECT ${datasetColumns('d')}, d.tenant_id, d.followed_seq FROM training_datasets d
  WHERE d.follows AND d.status = 'done' AND ($1::uuid IS NULL OR d.world_id = $1)
    AND EXISTS (SELECT FROM scene_snapshots s WHERE s.world_id = d.world_id AND s.seq > d.followed_seq)
  ORDER BY d.created_at LIMIT 100`

export interface FollowingDataset extends Dataset {
  tenantId: string
  followedSeq: number
}

/** Datasets that are complete and follow a world with later snapshots. */
export const datasetsBehind = async (
  pool: pg.Pool,
  worldId: string | undefined,
): Promise<FollowingDataset[]> => {
  const { rows } = await pool.query<DatasetRow & { tenant_id: string; followed_seq: number }>(selectBehind, [
    worldId ?? null,
  ])
  return rows.map((row) => ({ ...datasetFrom(row), tenantId: row.tenant_id, followedSeq: row.followed_seq }))
}

const [ids, worlds, seqs, times] = pinnedColumns.split(', ') as [string, string, string, string]
const appendText = `
  UPDATE training_datasets SET followed_seq = $3, ${ids} = ${ids} || $4::uuid[], ${worlds} = ${worlds} || $5::uuid[],
    ${seqs} = ${seqs} || $6::int8[], ${times} = ${times} || $7::timestamptz[],
    status = CASE WHEN cardinality($4::uuid[]) = 0 THEN status ELSE 'waiting' END, held_until = '-infinity'
  WHERE dataset_id = $1 AND followed_seq = $2 AND status = 'done'`

/** Appends the snapshots, of those up to `toSeq`, to what the dataset shall hold. Nothing where somebody else has. */
export const appendSnapshots = async (
  pool: pg.Pool,
  { datasetId, followedSeq }: FollowingDataset,
  toSeq: number,
  snapshots: readonly PinnedSnapshot[],
): Promise<void> => {
  await pool.query(appendText, [datasetId, followedSeq, toSeq, ...pinnedValues(snapshots)])
}

const fullText = `
  UPDATE training_datasets SET follows = false, problem = $2 WHERE dataset_id = $1 AND status = 'done'`

/** It has as many snapshots as one may have, and follows no longer. */
export const markFull = async (pool: pg.Pool, datasetId: string, detail: string): Promise<void> => {
  await pool.query(fullText, [datasetId, JSON.stringify({ code: 'full', detail })])
}
