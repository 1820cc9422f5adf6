import type pg from 'pg'
import type { Dataset, DatasetPart } from '../dataset.ts'
import { type DatasetRow, datasetColumns, datasetFrom } from './dataset-row.ts'

const selectOne = `SELECT ${datasetColumns()} FROM training_datasets WHERE world_id = $1 AND dataset_id = $2`

export const findDataset = async (
  client: pg.ClientBase,
  worldId: string,
  datasetId: string,
): Promise<Dataset | undefined> => {
  const { rows } = await client.query<DatasetRow>(selectOne, [worldId, datasetId])
  return rows[0] && datasetFrom(rows[0])
}

const selectPage = `
  SELECT ${datasetColumns()} FROM training_datasets
  WHERE world_id = $1
    AND (created_at, dataset_id) < (coalesce($2, 'infinity'::timestamptz), coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
  ORDER BY created_at DESC, dataset_id DESC LIMIT $4`

/** A page of the datasets of a world, newest first. */
export const listDatasets = async (
  client: pg.ClientBase,
  worldId: string,
  after: { createdAt: Date; datasetId: string } | undefined,
  limit: number,
): Promise<Dataset[]> => {
  const values = [worldId, after?.createdAt ?? null, after?.datasetId ?? null, limit]
  return (await client.query<DatasetRow>(selectPage, values)).rows.map(datasetFrom)
}

const partColumns = `part, snapshot, last_entity AS "lastEntity", key, rows, bytes, sha256, counts`
const selectParts = `SELECT ${partColumns} FROM training_dataset_parts WHERE dataset_id = $1 ORDER BY part`

/** What has been made of a dataset, in order. */
export const readParts = async (client: pg.ClientBase | pg.Pool, datasetId: string): Promise<DatasetPart[]> =>
  (await client.query<DatasetPart>(selectParts, [datasetId])).rows

const stopText = 'UPDATE training_datasets SET follows = false WHERE world_id = $1 AND dataset_id = $2'

/** It gets no more snapshots. */
export const stopFollowing = async (
  client: pg.ClientBase,
  worldId: string,
  datasetId: string,
): Promise<void> => {
  await client.query(stopText, [worldId, datasetId])
}
