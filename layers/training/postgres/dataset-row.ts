import type { Dataset, DatasetFormat } from '../dataset.ts'
import type { EpochFilters } from '../epoch.ts'
import type { Selection } from '../selection.ts'
import { type PinnedColumns, pinnedColumns, pinnedFrom } from './epoch-row.ts'

export interface DatasetRow extends PinnedColumns {
  dataset_id: string
  world_id: string
  epoch_id: string
  digest: string
  follows: boolean
  format: DatasetFormat
  selection: Selection
  filters: EpochFilters
  status: Dataset['status']
  problem: Dataset['problem']
  created_at: Date
  finished_at: Date | null
}

const names = `dataset_id world_id epoch_id digest follows format selection filters status problem created_at
  finished_at`.split(/\s+/)

/** Of the table, or an alias of it. */
export const datasetColumns = (table = 'training_datasets'): string =>
  [...names, ...pinnedColumns.split(', ')].map((name) => `${table}.${name}`).join(', ')

export const datasetFrom = (row: DatasetRow): Dataset => ({
  datasetId: row.dataset_id,
  worldId: row.world_id,
  epochId: row.epoch_id,
  digest: row.digest,
  follows: row.follows,
  format: row.format,
  selection: row.selection,
  filters: row.filters,
  status: row.status,
  problem: row.problem,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  snapshots: pinnedFrom(row),
})
