import type pg from 'pg'
import type { Epoch } from '../epoch.ts'
import { type EpochRow, epochColumns, epochFrom } from './epoch-row.ts'

const selectOne = `SELECT ${epochColumns} FROM epochs WHERE world_id = $1 AND epoch_id = $2`

export const findEpoch = async (
  client: pg.ClientBase,
  worldId: string,
  epochId: string,
): Promise<Epoch | undefined> => {
  const { rows } = await client.query<EpochRow>(selectOne, [worldId, epochId])
  return rows[0] && epochFrom(rows[0])
}

const selectOfRequest = `SELECT ${epochColumns} FROM epochs WHERE world_id = $1 AND request_id = $2 ORDER BY request_part`

/** What a request has made. */
export const epochsOfRequest = async (
  client: pg.ClientBase,
  worldId: string,
  requestId: string,
): Promise<Epoch[]> =>
  (await client.query<EpochRow>(selectOfRequest, [worldId, requestId])).rows.map(epochFrom)

export interface EpochsFilter {
  /** Epochs whose time ranges reach into this one; the ends count. */
  from?: Date | undefined
  to?: Date | undefined
  /** Of the epoch. */
  minQuality?: number | undefined
  /** Also those that were merged into others. */
  consolidated?: boolean | undefined
  /** Continue after this epoch of the page before. */
  after?: { startTime: Date; epochId: string } | undefined
}

// a list says how many snapshots there are, not which: ten thousand of each epoch would be more than an answer may have
const selectPage = `
  SELECT ${epochColumns.replace('snapshot_ids, snapshot_worlds, snapshot_seqs, snapshot_times', 'cardinality(snapshot_ids) AS snapshots')}
  FROM epochs
  WHERE world_id = ANY ($1::uuid[]) AND end_time >= coalesce($2, '-infinity'::timestamptz)
    AND start_time <= coalesce($3, 'infinity'::timestamptz) AND quality_score >= $4 AND ($5 OR consolidated_into IS NULL)
    AND (start_time, epoch_id) < (coalesce($6, 'infinity'::timestamptz), coalesce($7, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
  ORDER BY start_time DESC, epoch_id DESC LIMIT $8`

export type ListedEpoch = Omit<Epoch, 'snapshots'> & { snapshotCount: number }

/** A page of epochs of the worlds, those that begin last first. */
export const listEpochs = async (
  client: pg.ClientBase,
  worldIds: readonly string[],
  { from, to, minQuality, consolidated, after }: EpochsFilter,
  limit: number,
): Promise<ListedEpoch[]> => {
  const values = [from ?? null, to ?? null, minQuality ?? 0, consolidated ?? false]
  const { rows } = await client.query<EpochRow & { snapshots: number }>(selectPage, [
    ...[worldIds, ...values, after?.startTime ?? null, after?.epochId ?? null, limit],
  ])
  return rows.map((row) => {
    const { snapshots: _, ...epoch } = epochFrom({ ...row, ...nothingPinned })
    return { ...epoch, snapshotCount: row.snapshots }
  })
}

const nothingPinned = { snapshot_ids: [], snapshot_worlds: [], snapshot_seqs: [], snapshot_times: [] }

const selectOpen = `
  SELECT ${epochColumns} FROM epochs
  WHERE world_id = $1 AND consolidated_into IS NULL AND end_time >= coalesce($2, '-infinity'::timestamptz)
    AND start_time <= coalesce($3, 'infinity'::timestamptz) ORDER BY start_time, epoch_id LIMIT $4`

/** Epochs that were not merged into others, whole. */
export const openEpochs = async (
  client: pg.ClientBase,
  worldId: string,
  { from, to }: Pick<EpochsFilter, 'from' | 'to'>,
  limit: number,
): Promise<Epoch[]> =>
  (await client.query<EpochRow>(selectOpen, [worldId, from ?? null, to ?? null, limit])).rows.map(epochFrom)

const consolidateText = `
  UPDATE epochs SET consolidated_into = $3 WHERE world_id = $1 AND epoch_id = ANY ($2::uuid[]) AND consolidated_into IS NULL`

/** Marks them as merged into another one; answers how many were not yet. */
export const markConsolidated = async (
  client: pg.ClientBase,
  worldId: string,
  epochIds: readonly string[],
  into: string,
): Promise<number> => (await client.query(consolidateText, [worldId, epochIds, into])).rowCount ?? 0
