import type { Epoch, EpochFilters, EpochStatistics, PinnedSnapshot } from '../epoch.ts'
import type { TrainingSettings } from '../settings.ts'

/** Snapshots as columns of arrays. */
export interface PinnedColumns {
  snapshot_ids: string[]
  snapshot_worlds: string[]
  snapshot_seqs: (number | string)[]
  snapshot_times: Date[]
}

export const pinnedColumns = 'snapshot_ids, snapshot_worlds, snapshot_seqs, snapshot_times'

export const pinnedFrom = (row: PinnedColumns): PinnedSnapshot[] =>
  row.snapshot_ids.map((snapshotId, at) => ({
    snapshotId,
    worldId: row.snapshot_worlds[at]!,
    seq: Number(row.snapshot_seqs[at]),
    createdAt: row.snapshot_times[at]!,
  }))

/** In the order of `pinnedColumns`. */
export const pinnedValues = (snapshots: readonly PinnedSnapshot[]): unknown[] => [
  snapshots.map(({ snapshotId }) => snapshotId),
  snapshots.map(({ worldId }) => worldId),
  snapshots.map(({ seq }) => seq),
  snapshots.map(({ createdAt }) => createdAt),
]

export interface EpochRow extends PinnedColumns {
  epoch_id: string
  world_id: string
  start_time: Date
  end_time: Date
  created_at: Date
  filters: EpochFilters
  training: TrainingSettings
  sample_count: number
  quality_score: number
  stats: EpochStatistics
  consolidated_into: string | null
}

export const epochColumns = `epoch_id, world_id, start_time, end_time, created_at, filters, training, ${pinnedColumns},
  sample_count, quality_score, stats, consolidated_into`

export const epochFrom = (row: EpochRow): Epoch => ({
  epochId: row.epoch_id,
  worldId: row.world_id,
  startTime: row.start_time,
  endTime: row.end_time,
  createdAt: row.created_at,
  filters: row.filters,
  training: row.training,
  snapshots: pinnedFrom(row),
  sampleCount: row.sample_count,
  qualityScore: row.quality_score,
  statistics: row.stats,
  consolidatedInto: row.consolidated_into,
})
