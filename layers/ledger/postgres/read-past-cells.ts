import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { Cell } from '../cells.ts'
import type { StoredCell } from '../past-tile.ts'
import { commitsOf } from './of-ledger.ts'
import { exponent, type GammaQuery, rangeOf } from './read-gamma.ts'

/** Cells of a region from one on. */
export interface PastQuery extends Omit<GammaQuery, 'limit'> {
  /** Only commits whose spans end up to this tick. */
  toEpoch: number
  /** At most so many places; null: all. */
  limit: number | null
}

/** What entries of a cell come to. */
export interface PastRow {
  region: string
  count: string
  weight_sum: string
  activity_sum: string
  activity_squares: string
  last: string
  window_end: number
  spans: [epochStart: number, epochEnd: number, commitId: string, weightSum: string][]
}

/** Adds a column to entries, with those of their commits: the end of the newest window of the cell that has a span. */
export const newestWindow = `max(window_end) FILTER (WHERE NOT correction) OVER (PARTITION BY layer, place, region) AS newest`

// the commit that ends last stands behind its end, so that the largest text names it
/** Columns of `PastRow`, of entries with `newestWindow`, by place and region. */
export const pastColumns = `region, sum(count) AS count, sum(weight_sum) AS weight_sum, sum(activity_sum) AS activity_sum,
    sum(activity_squares) AS activity_squares, coalesce(max(newest), 0) AS window_end,
    max((lpad(epoch_end::text, 16, '0') || commit_id) COLLATE "C") AS last,
    coalesce(jsonb_agg(jsonb_build_array(epoch_start, epoch_end, commit_id, weight_sum::text)
      ORDER BY epoch_end, commit_id) FILTER (WHERE NOT correction AND window_end = newest), '[]') AS spans`

const cellsText = `
  WITH found AS (
    SELECT e.layer, e.place, e.region, e.correction, e.count, e.weight_sum, e.activity_sum, e.activity_squares,
      c.epoch_start, c.epoch_end, c.window_end, c.commit_id
    FROM commit_entries e JOIN commits c USING (commit_key)
    WHERE e.world_id = ANY (world_lineage($1)) AND ${commitsOf()} AND e.layer = $2 AND e.place >= $3 AND e.place < $4 AND c.epoch_end <= $8
      AND (e.place > $3 OR ${exponent.replaceAll('region', 'e.region')} <= $5) AND ($6::bytea IS NULL OR e.place >= $6)
  ), page AS (
    SELECT place FROM found GROUP BY place ORDER BY place LIMIT $7
  ), entries AS (
    SELECT found.*, ${newestWindow} FROM found JOIN page USING (place)
  )
  SELECT ${pastColumns} FROM entries GROUP BY place, region`

/** What commits say of cells, from the entries that are in the database. The cell `after` may be the first one. */
export const readPastCells = async (client: pg.ClientBase, query: PastQuery): Promise<StoredCell[]> => {
  // both cells at the corner of the one before are read: where they are added up, the second one may count
  const values = [...rangeOf(query).slice(0, 6), query.limit, query.toEpoch]
  const { rows } = await client.query<PastRow>(prepared(cellsText, values))
  return rows.map((row) => ({ region: row.region, cell: cellFrom(row) }))
}

export const cellFrom = (row: PastRow): Cell => ({
  count: BigInt(row.count),
  weightSum: BigInt(row.weight_sum),
  activitySum: BigInt(row.activity_sum),
  activitySquares: BigInt(row.activity_squares),
  commitEnd: Number(row.last.slice(0, 16)),
  commitId: row.last.slice(16),
  windowEnd: row.window_end,
  spans: row.spans.map(([epochStart, epochEnd, commitId, weightSum]) => ({
    ...{ epochStart, epochEnd, commitId, weightSum: BigInt(weightSum) },
  })),
})
