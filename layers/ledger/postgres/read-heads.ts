import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerName } from '../settings.ts'
import { commitsOf, isCommitOf } from './of-ledger.ts'

/** What is known of a commit without its entries. */
export interface CommitHead {
  commitId: string
  layer: LayerName
  shard: string
  number: number
  epochStart: number
  epochEnd: number
  windowEnd: number
  /** Hex. */
  previousHash: string
  hash: string
  /** How many. */
  entries: number
  /** Of all entries together: ticks of bodies. */
  contributions: number
  /** W3C Trace Context of what led to it. */
  traces: string[]
  committedAt: string
  /** Names the archived bytes that its entries are in; null: they are in the database. */
  archive: string | null
}

interface HeadRow {
  commit_key: number
  commit_id: string
  layer: LayerName
  shard: string
  number: number
  epoch_start: number
  epoch_end: number
  window_end: number
  previous_hash: string
  hash: string
  entries: number
  contributions: string
  cause: { traces?: string[] }
  committed_at: Date
  archive_id: string | null
}

const columns = `commit_key, commit_id, layer, shard, number, epoch_start, epoch_end, window_end,
  encode(previous_hash, 'hex') AS previous_hash, encode(hash, 'hex') AS hash, entries, contributions, cause,
  committed_at, archive_id`

const headOf = (row: HeadRow): CommitHead => ({
  ...{ commitId: row.commit_id, layer: row.layer, shard: row.shard, number: row.number },
  ...{ epochStart: row.epoch_start, epochEnd: row.epoch_end, windowEnd: row.window_end },
  ...{ previousHash: row.previous_hash, hash: row.hash, entries: row.entries },
  ...{ contributions: Number(row.contributions), traces: row.cause.traces ?? [] },
  ...{ committedAt: row.committed_at.toISOString(), archive: row.archive_id },
})

const headText = `SELECT ${columns} FROM commits c WHERE ${commitsOf()} AND commit_id = $2`

export interface FoundCommit {
  head: CommitHead
  /** Names its entries in the database; of no meaning outside of it. */
  commitKey: number
}

export const readHead = async (
  client: pg.ClientBase,
  worldId: string,
  commitId: string,
): Promise<FoundCommit | undefined> => {
  const { rows } = await client.query<HeadRow>(prepared(headText, [worldId, commitId]))
  return rows[0] && { head: headOf(rows[0]), commitKey: rows[0].commit_key }
}

export interface HeadsFilter {
  layer: LayerName
  shard?: string | undefined
  /** Spans that end at or after it. */
  fromEpoch?: number | undefined
  /** Spans that end at or before it. */
  toEpoch?: number | undefined
  /** Continue after this commit of the page before. */
  after?: { epochEnd: number; commitId: string } | undefined
}

const inRange = `epoch_end >= $3 AND epoch_end <= $4
    AND ($5::int8 IS NULL OR epoch_end <= $5 AND (epoch_end < $5 OR commit_id < $6::uuid))`

// the first ones of each world of the lineage, each by the order of an index, and then the first ones of all
const ofLayerText = `
  SELECT h.* FROM (
    SELECT world_id, CASE WHEN world_id = $1 THEN $4 ELSE least($4, (
      SELECT fork_epoch FROM worlds w WHERE w.world_id = $1)) END AS to_epoch
    FROM unnest(world_lineage($1)) AS u (world_id)
  ) l CROSS JOIN LATERAL (
    SELECT ${columns} FROM commits c
    WHERE c.world_id = l.world_id AND layer = $2 AND epoch_end <= l.to_epoch AND ${inRange} AND ${isCommitOf('$1')}
    ORDER BY epoch_end DESC, commit_id DESC LIMIT $7
  ) h ORDER BY h.epoch_end DESC, h.commit_id DESC LIMIT $7`

// in a chain the later span has the higher number: the same order, by the chain's own index
const ofShardText = `
  SELECT h.* FROM (
    SELECT $1::uuid AS world_id, 1 AS from_number, ${Number.MAX_SAFE_INTEGER} AS to_number
    UNION ALL
    SELECT of_world_id, from_number, to_number FROM inherited_chains WHERE world_id = $1 AND layer = $2 AND shard = $8
  ) l CROSS JOIN LATERAL (
    SELECT ${columns} FROM commits
    WHERE world_id = l.world_id AND layer = $2 AND shard = $8 AND number BETWEEN l.from_number AND l.to_number
      AND ${inRange}
    ORDER BY number DESC LIMIT $7
  ) h ORDER BY h.number DESC LIMIT $7`

/** Heads of a layer's commits, those of the latest spans first. */
export const listHeads = async (
  client: pg.ClientBase,
  worldId: string,
  { layer, shard, fromEpoch = 0, toEpoch = Number.MAX_SAFE_INTEGER, after }: HeadsFilter,
  limit: number,
): Promise<CommitHead[]> => {
  const values = [worldId, layer, fromEpoch, toEpoch, after?.epochEnd ?? null, after?.commitId ?? null, limit]
  const query =
    shard === undefined ? prepared(ofLayerText, values) : prepared(ofShardText, [...values, shard])
  return (await client.query<HeadRow>(query)).rows.map(headOf)
}
