import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerName } from '../settings.ts'
import { commitsOf } from './of-ledger.ts'

/** Commits whose entries are in one archived batch. */
export interface ArchivedCommits {
  /** Of the object. */
  key: string
  /** Of the chain. */
  shard: string
  commitIds: string[]
}

const columns = 'a.key, c.shard, array_agg(c.commit_id::text) AS "commitIds"'

const upToText = `
  SELECT ${columns} FROM commits c JOIN ledger_archives a USING (archive_id)
  WHERE ${commitsOf()} AND c.layer = $2 AND c.epoch_end <= $3 GROUP BY 1, 2`

/** Of a layer's commits with spans that end up to a tick, those whose entries are in the archive. */
export const readArchivedUpTo = async (
  client: pg.ClientBase,
  worldId: string,
  layer: LayerName,
  toEpoch: number,
): Promise<ArchivedCommits[]> =>
  (await client.query<ArchivedCommits>(prepared(upToText, [worldId, layer, toEpoch]))).rows

const keyText = `
  SELECT a.key FROM commits c JOIN ledger_archives a USING (archive_id) WHERE ${commitsOf()} AND c.commit_id = $2`

/** The object that has the entries of a commit; undefined where they are in the database. */
export const readArchiveKey = async (
  client: pg.ClientBase,
  worldId: string,
  commitId: string,
): Promise<string | undefined> =>
  (await client.query<{ key: string }>(prepared(keyText, [worldId, commitId]))).rows[0]?.key
