import type pg from 'pg'
import { byteaArray, textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { StoredCell } from '../past-tile.ts'
import { placeOf } from '../place.ts'
import { onlyChain, readChains } from './read-chains-of-region.ts'
import { inside, rangeOf } from './read-gamma.ts'
import type { PastQuery } from './read-past-cells.ts'

/**
 * The same as `readPastCells` of a layer whose cells always had one size, for commits that have few others behind them: from
 * gamma, without what came later, instead of from all entries. undefined where that cannot be said: where there was too
 * much later, where a cell belongs to several chains, or where entries that it needs are in the archive.
 */
export const readRecentCells = async (
  client: pg.ClientBase,
  query: PastQuery,
): Promise<StoredCell[] | undefined> => {
  const chains = await readChains(client, query)
  const shards = [...chains.keys()]
  if ([...chains.values()].some(({ archivedEpoch }) => archivedEpoch > query.toEpoch)) return undefined
  const sums = await readSums(client, query, shards)
  if (sums === undefined) return undefined
  const chainOf = onlyChain(shards)
  const places = sums.map(({ region }) => ({ region, shard: chainOf(region) }))
  if (places.some(({ shard }) => shard === undefined)) return undefined
  const newest = await readNewest(client, query, places as { region: string; shard: string }[])
  const cells: StoredCell[] = []
  for (const [at, { region, ...row }] of sums.entries()) {
    const found = newest.get(region)
    const { archivedNumber } = chains.get(places[at]!.shard!)!
    if (found === undefined || found.spanNumber === null || found.spanNumber <= archivedNumber)
      return undefined
    const span = { epochStart: found.epochStart, epochEnd: found.epochEnd, commitId: found.spanCommit }
    cells.push({
      region,
      cell: {
        ...{ count: BigInt(row.count), weightSum: BigInt(row.weight_sum) },
        ...{ activitySum: BigInt(row.activity_sum), activitySquares: BigInt(row.activity_squares) },
        ...{ commitId: found.commitId, commitEnd: found.commitEnd, windowEnd: found.windowEnd },
        // in one chain no span overlaps another one
        spans: [{ ...span, weightSum: BigInt(found.weightSum) }],
      },
    })
  }
  return cells
}

const laterText = `
  SELECT count(*) AS later FROM (
    SELECT FROM commits WHERE world_id = $1 AND layer = $2 AND epoch_end > $3 AND shard = ANY ($4) LIMIT $5) k`

/** Commits that came later: with more of them the entries before are read instead. */
const maxLater = 1_000

interface SumsRow {
  region: string
  count: string
  weight_sum: string
  activity_sum: string
  activity_squares: string
}

const sumsText = `
  WITH later AS (
    SELECT e.place, sum(e.count) AS count, sum(e.weight_sum) AS weight_sum, sum(e.activity_sum) AS activity_sum,
      sum(e.activity_squares) AS activity_squares
    FROM commits c JOIN commit_entries e USING (commit_key)
    WHERE c.world_id = $1 AND c.layer = $2 AND c.epoch_end > $9 AND c.shard = ANY ($10)
      AND e.place >= $3 AND e.place < $4 AND ($6::bytea IS NULL OR e.place > $6)
    GROUP BY e.place
  ), cells AS (SELECT * FROM gamma_cells WHERE ${inside})
  SELECT g.region, g.count - coalesce(l.count, 0) AS count, g.weight_sum - coalesce(l.weight_sum, 0) AS weight_sum,
    g.activity_sum - coalesce(l.activity_sum, 0) AS activity_sum,
    g.activity_squares - coalesce(l.activity_squares, 0) AS activity_squares
  FROM cells g LEFT JOIN later l USING (place)
  WHERE g.count > coalesce(l.count, 0) ORDER BY g.place LIMIT $8`

const readSums = async (
  client: pg.ClientBase,
  query: PastQuery,
  shards: string[],
): Promise<SumsRow[] | undefined> => {
  const { worldId, layer, toEpoch, limit } = query
  const values = [worldId, layer, toEpoch, shards, maxLater + 1]
  const { rows } = await client.query<{ later: number }>(prepared(laterText, values))
  if (rows[0]!.later > maxLater) return undefined
  const sums = prepared(sumsText, [...rangeOf(query), limit, toEpoch, shards])
  return (await client.query<SumsRow>(sums)).rows
}

interface NewestRow {
  region: string
  commitId: string
  commitEnd: number
  /** In its chain; null: only corrections. */
  spanNumber: number | null
  spanCommit: string
  epochStart: number
  epochEnd: number
  windowEnd: number
  weightSum: string
}

const entriesOfCell = `
  FROM commit_entries e JOIN commits c USING (commit_key)
  WHERE e.world_id = $1 AND e.layer = $2 AND e.place = u.place AND c.epoch_end <= $3`

// in one chain later commits have larger keys
const newestText = `
  SELECT u.region, l.commit_id AS "commitId", l.epoch_end AS "commitEnd", n.number AS "spanNumber",
    n.commit_id AS "spanCommit", n.epoch_start AS "epochStart", n.epoch_end AS "epochEnd", n.window_end AS "windowEnd",
    n.weight_sum AS "weightSum"
  FROM unnest($4::bytea[], $5::text[]) AS u (place, region)
  JOIN LATERAL (SELECT c.commit_id, c.epoch_end ${entriesOfCell} ORDER BY e.commit_key DESC LIMIT 1) l ON true
  LEFT JOIN LATERAL (SELECT c.*, e.weight_sum ${entriesOfCell} AND NOT e.correction
    ORDER BY e.commit_key DESC LIMIT 1) n ON true`

/** The last commit of each cell, and its last span. */
const readNewest = async (
  client: pg.ClientBase,
  { worldId, layer, toEpoch }: PastQuery,
  cells: readonly { region: string }[],
): Promise<Map<string, NewestRow>> => {
  const regions = cells.map(({ region }) => region)
  const values = [worldId, layer, toEpoch, byteaArray(regions.map(placeOf)), textArray(regions)]
  const { rows } = await client.query<NewestRow>(prepared(newestText, values))
  return new Map(rows.map((row) => [row.region, row]))
}
