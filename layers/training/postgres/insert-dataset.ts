import type pg from 'pg'
import { type Dataset, type DatasetContent, digestOf } from '../dataset.ts'
import { type DatasetRow, datasetColumns, datasetFrom } from './dataset-row.ts'
import { pinnedColumns, pinnedValues } from './epoch-row.ts'

export interface NewDataset extends DatasetContent {
  /** A new UUIDv7. */
  datasetId: string
  tenantId: string
  epochId: string
  requestId: string
  /** The user, hashed. */
  requestedBy: string
  /** Of one that follows: snapshots after this seq are later ones. */
  followedSeq: number
}

const isToBeMade = `(training_datasets.status = 'failed' OR training_datasets.problem ->> 'code' = 'erased')`

// one that has failed, or whose files were erased, is tried again when somebody asks again
const insertText = `
  INSERT INTO training_datasets (dataset_id, world_id, tenant_id, epoch_id, digest, request_id, requested_by, follows, format,
    selection, filters, followed_seq, ${pinnedColumns})
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::uuid[], $14::uuid[], $15::int8[], $16::timestamptz[])
  ON CONFLICT (world_id, digest) DO UPDATE SET
    status = CASE WHEN ${isToBeMade} THEN 'waiting' ELSE training_datasets.status END,
    problem = CASE WHEN ${isToBeMade} THEN NULL ELSE training_datasets.problem END,
    follows = EXCLUDED.follows
  RETURNING ${datasetColumns()}`

const followText = 'UPDATE worlds SET followed = true WHERE world_id = $1 AND NOT followed'

/** Asks for a dataset; one of the same content that was asked for before is that one. */
export const insertDataset = async (client: pg.ClientBase, dataset: NewDataset): Promise<Dataset> => {
  if (dataset.follows) await client.query(followText, [dataset.worldId])
  const { rows } = await client.query<DatasetRow>(insertText, [
    ...[dataset.datasetId, dataset.worldId, dataset.tenantId, dataset.epochId, digestOf(dataset)],
    ...[dataset.requestId, dataset.requestedBy, dataset.follows, dataset.format],
    ...[JSON.stringify(dataset.selection), JSON.stringify(dataset.filters), dataset.followedSeq],
    ...pinnedValues(dataset.snapshots),
  ])
  return datasetFrom(rows[0]!)
}
