import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { prepared } from '#platform/postgres/pool'
import type { CommittedEntry } from '#world/event'
import { figuresOf } from './commit.ts'
import { ledgerAncestors } from './postgres/ledger-ancestors.ts'
import { readArchivedCommits } from './read-archived-commits.ts'

export interface EntrySource {
  pool: pg.Pool
  objects: ObjectStore
}

interface Row {
  /** Of the archive; null: the entries are in the database. */
  key: string | null
  region: string | null
  correction: boolean
  weight: number
  activity_mean: number
  activity_var: number
}

// one statement: it sees the entries either in the database or in the archive
const readText = `
  SELECT a.key, e.region, e.correction, e.weight, e.activity_mean, e.activity_var
  FROM commits c
  LEFT JOIN ledger_archives a ON a.archive_id = c.archive_id
  LEFT JOIN commit_entries e ON e.commit_key = c.commit_key AND c.archive_id IS NULL
  WHERE c.world_id = $1 AND c.commit_id = $2 ORDER BY e.place, e.correction`

/** Of the world, or of the first of its ancestors that has the commit. */
const readRows = async (pool: pg.Pool, worldId: string, commitId: string): Promise<Row[]> => {
  const { rows } = await pool.query<Row>(prepared(readText, [worldId, commitId]))
  if (rows.length > 0) return rows
  for (const ancestor of await ledgerAncestors(pool, worldId)) {
    const { rows } = await pool.query<Row>(prepared(readText, [ancestor.worldId, commitId]))
    if (rows.length > 0) return rows
  }
  return []
}

/**
 * The entries of a commit as its event carries them where they are few; out of the archive where they are there. Of a
 * fork also those of its ancestors.
 *
 * @throws Error where there is no such commit; ArchiveDamaged.
 */
export const readCommittedEntries = async (
  { pool, objects }: EntrySource,
  worldId: string,
  commitId: string,
): Promise<CommittedEntry[]> => {
  const rows = await readRows(pool, worldId, commitId)
  if (rows[0] === undefined) throw new Error(`world ${worldId} has no commit ${commitId}`)
  if (rows[0].key !== null) return archivedEntries(objects, rows[0].key, commitId)
  return rows.flatMap(({ region, correction, weight, activity_mean, activity_var }) =>
    region === null
      ? []
      : [{ region, correction, weight, activityMean: activity_mean, activityVar: activity_var }],
  )
}

const archivedEntries = async (
  objects: ObjectStore,
  key: string,
  commitId: string,
): Promise<CommittedEntry[]> => {
  const [commit] = await readArchivedCommits(objects, key, [commitId])
  return commit!.entries.map((entry) => ({
    region: entry.region,
    correction: entry.correction,
    ...figuresOf(entry),
  }))
}
