import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { CommitEntry } from '../commit.ts'
import { placesInside } from '../place.ts'
import type { LayerName } from '../settings.ts'
import { commitsOf } from './of-ledger.ts'

export interface EntryRow {
  region: string
  correction: boolean
  count: string
  weight_sum: string
  activity_sum: string
  activity_squares: string
  entity_refs: string[]
  late_from: number
  late_to: number
}

export const entryFromRow = (row: EntryRow): CommitEntry => ({
  region: row.region,
  correction: row.correction,
  count: BigInt(row.count),
  weightSum: BigInt(row.weight_sum),
  activitySum: BigInt(row.activity_sum),
  activitySquares: BigInt(row.activity_squares),
  entityRefs: row.entity_refs,
  lateFrom: row.late_from,
  lateTo: row.late_to,
})

const entriesText = `
  SELECT e.region, e.correction, e.count, e.weight_sum, e.activity_sum, e.activity_squares, e.entity_refs, e.late_from,
    e.late_to
  FROM commits c JOIN commit_entries e ON e.commit_key = c.commit_key
  WHERE ${commitsOf()} AND c.layer = $2 AND c.window_end = $3 AND e.place >= $4 AND e.place < $5
  ORDER BY e.commit_key, e.place, e.correction`

export interface WindowKey {
  worldId: string
  layer: LayerName
  windowEnd: number
}

/** Entries, inside a region, of the commits of a window whose entries are in the database. */
export const readWindowEntries = async (
  client: pg.ClientBase,
  { worldId, layer, windowEnd }: WindowKey,
  region: string,
): Promise<CommitEntry[]> => {
  const { first, end } = placesInside(region)
  const values = [worldId, layer, windowEnd, first, end]
  const { rows } = await client.query<EntryRow>(prepared(entriesText, values))
  return rows.map(entryFromRow)
}

export interface ArchivedWindowCommit {
  archiveId: string
  key: string
  commitId: string
}

const archivedText = `
  SELECT c.archive_id AS "archiveId", a.key, c.commit_id AS "commitId"
  FROM commits c JOIN ledger_archives a ON a.archive_id = c.archive_id
  WHERE ${commitsOf()} AND c.layer = $2 AND c.window_end = $3 AND c.archive_id IS NOT NULL
  ORDER BY c.commit_key`

/** Commits of a window whose entries are in the archive. */
export const readArchivedWindow = async (
  client: pg.ClientBase,
  { worldId, layer, windowEnd }: WindowKey,
): Promise<ArchivedWindowCommit[]> =>
  (await client.query<ArchivedWindowCommit>(prepared(archivedText, [worldId, layer, windowEnd]))).rows
