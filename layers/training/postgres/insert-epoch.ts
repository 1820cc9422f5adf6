import type pg from 'pg'
import type { Epoch } from '../epoch.ts'
import { type EpochRow, epochColumns, epochFrom, pinnedColumns, pinnedValues } from './epoch-row.ts'

export interface NewEpoch extends Omit<Epoch, 'createdAt' | 'consolidatedInto'> {
  tenantId: string
  requestId: string
  /** Of those that one request makes. */
  requestPart: number
}

const insertText = `
  INSERT INTO epochs (epoch_id, world_id, tenant_id, request_id, request_part, start_time, end_time, created_at, filters,
    training, sample_count, quality_score, stats, ${pinnedColumns})
  VALUES ($1, $2, $3, $4, $5, $6, $7, date_trunc('milliseconds', clock_timestamp()), $8, $9, $10, $11, $12,
    $13::uuid[], $14::uuid[], $15::int8[], $16::timestamptz[])
  ON CONFLICT (world_id, request_id, request_part) DO NOTHING RETURNING ${epochColumns}`

/** Stores it, in the caller's transaction; undefined where the request has made one before. */
export const insertEpoch = async (client: pg.ClientBase, epoch: NewEpoch): Promise<Epoch | undefined> => {
  const { rows } = await client.query<EpochRow>(insertText, [
    ...[epoch.epochId, epoch.worldId, epoch.tenantId, epoch.requestId, epoch.requestPart],
    ...[epoch.startTime, epoch.endTime, JSON.stringify(epoch.filters), JSON.stringify(epoch.training)],
    ...[epoch.sampleCount, epoch.qualityScore, JSON.stringify(epoch.statistics)],
    ...pinnedValues(epoch.snapshots),
  ])
  return rows[0] && epochFrom(rows[0])
}
