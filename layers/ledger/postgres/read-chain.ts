import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

export interface ChainKey {
  worldId: string
  layer: string
  shard: string
}

export interface ChainLink {
  number: number
  commitId: string
}

const readText = `
  SELECT number, commit_id AS "commitId" FROM commits
  WHERE world_id = $1 AND layer = $2 AND shard = $3 AND number > $4 AND number <= $5 ORDER BY number LIMIT $6`

/** Commits of a chain after a number, up to another one, in their order; at most `limit`. */
export const readChain = async (
  client: pg.ClientBase,
  { worldId, layer, shard }: ChainKey,
  after: number,
  upTo: number,
  limit: number,
): Promise<ChainLink[]> =>
  (await client.query<ChainLink>(prepared(readText, [worldId, layer, shard, after, upTo, limit]))).rows
