import type { ClickHouseClient } from '@clickhouse/client'
import type { ObjectStore } from '#platform/object-store/object-store'
import { exponentOf, projectionOf } from '../cells.ts'
import type { Commit } from '../commit.ts'
import type { LayerKey, ProjectionCell, RegionQuery, TileQuery } from '../ledger-store.ts'
import { placeOf, placesInside } from '../place.ts'
import { withEntries } from './entries.ts'
import { layerParameters, ofLayer, select } from './rows.ts'

interface HeadRow {
  head: string
}

const headsOf = (rows: HeadRow[]) => rows.map(({ head }) => JSON.parse(head) as Omit<Commit, 'entries'>)

export const clickHouseCommit = async (
  client: ClickHouseClient,
  archive: ObjectStore,
  key: LayerKey,
  commitId: string,
): Promise<Commit | undefined> => {
  const rows = await select<HeadRow>(
    client,
    `SELECT head FROM ledger_commits WHERE ${ofLayer} AND commit_id = {commitId:String} LIMIT 1`,
    { ...layerParameters(key), commitId },
  )
  return (await withEntries(client, archive, headsOf(rows)))[0]
}

const placeParameters = (region: string) => {
  const { first, end } = placesInside(region)
  return { first: first.toString('hex'), end: end.toString('hex'), exponent: exponentOf(region) }
}

const isInside = (place: string, exponent: string): string =>
  `${place} >= {first:String} AND ${place} < {end:String} AND ${exponent} <= {exponent:Int8}`

export const clickHouseCommits = async (
  client: ClickHouseClient,
  archive: ObjectStore,
  query: RegionQuery & { limit: number; fromEpoch: number },
): Promise<Commit[]> => {
  const { region, fromEpoch, toEpoch = Number.MAX_SAFE_INTEGER, after, limit } = query
  const rows = await select<HeadRow>(
    client,
    `SELECT head FROM ledger_commits FINAL
     WHERE ${ofLayer} AND epoch_end BETWEEN {fromEpoch:UInt64} AND {toEpoch:UInt64}
       AND (epoch_end, commit_id) > ({afterEnd:Int64}, {afterId:String})
       AND arrayExists((place, exponent) -> ${isInside('place', 'exponent')}, places, exponents)
     ORDER BY epoch_end, commit_id LIMIT {limit:UInt32}`,
    {
      ...{ ...layerParameters(query), ...placeParameters(region), fromEpoch, toEpoch, limit },
      ...{ afterEnd: after?.epochEnd ?? -1, afterId: after?.commitId ?? '' },
    },
  )
  return withEntries(client, archive, headsOf(rows))
}

interface TileRow {
  region: string
  counts: string
  weights: string
  activities: string
  squares: string
  last_commit: string
  spans: [string | number, string, string | number, string][]
}

/** Sums over all commits in the database; only spans of a cell's last window come here. */
export const clickHouseTile = async (
  client: ClickHouseClient,
  query: TileQuery & { limit: number },
): Promise<ProjectionCell[]> => {
  const { region, after, limit } = query
  const rows = await select<TileRow>(client, tileQuery, {
    ...{ ...layerParameters(query), ...placeParameters(region), limit },
    afterPlace: after === undefined ? '' : placeOf(after).toString('hex'),
    afterFineness: after === undefined ? 0 : -exponentOf(after),
  })
  return rows.map((row) => {
    const sums = { count: BigInt(row.counts), weightSum: BigInt(row.weights) }
    const activities = { activitySum: BigInt(row.activities), activitySquares: BigInt(row.squares) }
    const spans = row.spans.map(([epochEnd, commitId, epochStart, weight]) => ({
      ...{ epochStart: Number(epochStart), epochEnd: Number(epochEnd), commitId, weightSum: BigInt(weight) },
    }))
    const last = { commitId: row.last_commit, commitEnd: 0, windowEnd: 0, spans }
    return projectionOf(row.region, { ...sums, ...activities, ...last })
  })
}

const tileQuery = `
  SELECT region, toString(sum(count)) AS counts, toString(sum(weight)) AS weights,
    toString(sum(activity)) AS activities,
    toString(sum(square)) AS squares, argMax(commit_id, (epoch_end, commit_id)) AS last_commit,
    arraySort(groupArrayIf((epoch_end, commit_id, epoch_start, toString(weight)),
      NOT correction AND window_end = last_window)) AS spans
  FROM (
    SELECT *, max(if(correction, 0, window_end)) OVER (PARTITION BY place, exponent) AS last_window
    FROM (
      SELECT epoch_start, epoch_end, window_end, commit_id, place, exponent, region, correction, count, weight, activity, square
      FROM ledger_commits AS c FINAL
      ARRAY JOIN places AS place, exponents AS exponent, regions AS region, corrections AS correction,
        c.counts AS count, c.weights AS weight, c.activities AS activity, c.squares AS square
      WHERE ${ofLayer} AND ${isInside('place', 'exponent')}
        AND (place, -exponent) > ({afterPlace:String}, {afterFineness:Int16})
    )
  )
  GROUP BY place, exponent, region ORDER BY place, exponent DESC LIMIT {limit:UInt32}`
