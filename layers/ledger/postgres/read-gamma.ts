import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { exponentOf } from '../cells.ts'
import { cellExponent } from '../gamma.ts'
import type { ProjectionCell } from '../ledger-store.ts'
import { everything, placeOf, placesInside } from '../place.ts'
import type { LayerName } from '../settings.ts'

export interface GammaQuery {
  worldId: string
  layer: LayerName
  /** Cells inside this region; itself where it is one. */
  region: string
  /** At most so many, in Morton order. */
  limit: number
  /** Cells after this one. */
  after?: string | undefined
}

export interface CellRow {
  region: string
  epoch_start: number
  epoch_end: number
  latest_weight_sum: string
  count: string
  weight_sum: string
  activity_sum: string
  activity_squares: string
  commit_id: string
}

/** A row as a cell of gamma. */
export const cellOf = (row: CellRow, region = row.region): ProjectionCell => ({
  ...{ region, epochStart: row.epoch_start, epochEnd: row.epoch_end },
  ...{ latestWeightSum: BigInt(row.latest_weight_sum), count: BigInt(row.count) },
  ...{ weightSum: BigInt(row.weight_sum), activitySum: BigInt(row.activity_sum) },
  ...{ activitySquares: BigInt(row.activity_squares), commitId: row.commit_id },
})

/** Of the side of the region of a row of entries. */
export const exponent = `CASE WHEN region = '*' THEN ${cellExponent(everything)} ELSE split_part(region, ':', 1)::int END`

// a larger cell may have its corner where the region, or the cell before, has its own; it comes first
export const inside = `world_id = $1 AND layer = $2 AND place >= $3 AND place < $4 AND (place > $3 OR exponent <= $5)
    AND ($6::bytea IS NULL OR place >= $6 AND (place > $6 OR exponent < $7))`

const pageText = `
  SELECT region, epoch_start, epoch_end, latest_weight_sum, count, weight_sum, activity_sum, activity_squares, commit_id
  FROM gamma_cells WHERE ${inside} ORDER BY place, exponent DESC LIMIT $8`

/** The first parameters of a text with `inside`. */
export const rangeOf = ({ worldId, layer, region, after }: Omit<GammaQuery, 'limit'>) => {
  const { first, end } = placesInside(region)
  const behind = after === undefined ? [null, null] : [placeOf(after), exponentOf(after)]
  return [worldId, layer, first, end, exponentOf(region), ...behind]
}

/** Cells as they were committed. */
export const readGamma = async (client: pg.ClientBase, query: GammaQuery): Promise<ProjectionCell[]> => {
  const { rows } = await client.query<CellRow>(prepared(pageText, [...rangeOf(query), query.limit]))
  return rows.map((row) => cellOf(row))
}

const stateText = `
  SELECT count(*) AS cells, coalesce(bit_xor(hashtextextended(region || commit_id, 0)) FILTER (WHERE at < $8), 0)::text AS state
  FROM (SELECT region, commit_id, row_number() OVER (ORDER BY place, exponent DESC) AS at FROM gamma_cells
    WHERE ${inside} ORDER BY place, exponent DESC LIMIT $8) page`

/**
 * A text that is another one when one of the cells that `readGamma` answers is, but for the last one, of which it says
 * only whether it is there: the commit of a cell changes with all else that is in it.
 */
export const readGammaState = async (client: pg.ClientBase, query: GammaQuery): Promise<string> => {
  const { rows } = await client.query<{ cells: number; state: string }>(
    prepared(stateText, [...rangeOf(query), query.limit]),
  )
  return `${rows[0]!.cells}/${rows[0]!.state}`
}
