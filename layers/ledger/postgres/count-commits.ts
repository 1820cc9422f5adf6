import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerName } from '../settings.ts'

export interface CommitCount {
  layer: LayerName
  commits: number
  /** Of these with their entries in the archive. */
  archived: number
}

const text = `
  SELECT layer, count(*) AS commits, count(archive_id) AS archived FROM commits
  WHERE world_id = $1 GROUP BY layer`

/** A world's own commits, by layer. It reads an index entry for each. */
export const countCommits = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
): Promise<CommitCount[]> => (await client.query<CommitCount>(prepared(text, [worldId]))).rows
