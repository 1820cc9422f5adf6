import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { CommitEntry } from '../commit.ts'
import { placeOf } from '../place.ts'
import { type EntryRow, entryFromRow } from './read-window-entries.ts'

/** Where a page of a commit's entries ended. */
export interface EntryPosition {
  region: string
  correction: boolean
}

const entriesText = `
  SELECT region, correction, count, weight_sum, activity_sum, activity_squares, entity_refs, late_from, late_to
  FROM commit_entries
  WHERE commit_key = $1 AND ($2::bytea IS NULL OR (place, correction) > ($2, $3::bool))
  ORDER BY place, correction LIMIT $4`

/** Entries of a commit that are in the database, in their order. */
export const readEntries = async (
  client: pg.ClientBase,
  commitKey: number,
  after: EntryPosition | undefined,
  limit: number,
): Promise<CommitEntry[]> => {
  const place = after === undefined ? null : placeOf(after.region)
  const values = [commitKey, place, after?.correction ?? false, limit]
  return (await client.query<EntryRow>(prepared(entriesText, values))).rows.map(entryFromRow)
}
