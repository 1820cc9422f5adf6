import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { exponentOf } from '../cells.ts'
import { cellExponent } from '../gamma.ts'
import type { ProjectionCell } from '../ledger-store.ts'
import { everything, placesInside, regionAbove } from '../place.ts'
import type { CellSize } from '../settings.ts'
import { type CellRow, cellOf, type GammaQuery, inside, rangeOf } from './read-gamma.ts'

// `part` is the place of the coarser cell, cut off behind its last bit. Its newest span is that of its cells, and what
// overlaps it counts with it
const coarseText = `
  WITH cells AS (
    SELECT *, CASE WHEN exponent > $9 THEN region ELSE '' END AS larger,
      set_byte(substring(place FROM 1 FOR $10::int), $10::int - 1, get_byte(place, $10::int - 1) & $11::int) AS part
    FROM gamma_cells WHERE ${inside}
  ), newest AS (
    SELECT part, larger, max(ARRAY[epoch_end, -epoch_start]) AS span
    FROM cells GROUP BY part, larger ORDER BY part, larger DESC LIMIT $8
  ), last AS (
    SELECT DISTINCT ON (part, larger) part, larger, k.commit_id
    FROM (SELECT DISTINCT part, larger, commit_id FROM newest JOIN cells USING (part, larger)) named
    JOIN commits k ON k.world_id = $1 AND k.commit_id = named.commit_id
    ORDER BY part, larger, k.epoch_end DESC, k.commit_id DESC
  )
  SELECT min(c.region) AS region, n.larger <> '' AS "isLarger", n.span[1] AS epoch_end,
    coalesce(min(c.epoch_start) FILTER (WHERE c.epoch_end >= -n.span[2] AND c.epoch_end > 0), 0) AS epoch_start,
    coalesce(sum(c.latest_weight_sum) FILTER (WHERE c.epoch_end >= -n.span[2]), 0) AS latest_weight_sum,
    sum(c.count) AS count, sum(c.weight_sum) AS weight_sum, sum(c.activity_sum) AS activity_sum,
    sum(c.activity_squares) AS activity_squares, l.commit_id
  FROM newest n JOIN last l USING (part, larger) JOIN cells c USING (part, larger)
  GROUP BY n.part, n.larger, n.span, l.commit_id ORDER BY n.part, n.larger DESC`

/**
 * Cells of a size, from the smaller ones that were committed inside them; larger ones stay whole. The newest span of a cell
 * is the newest of those inside, with all that overlap it.
 */
export const readCoarseGamma = async (
  client: pg.ClientBase,
  query: GammaQuery,
  cell: CellSize,
): Promise<ProjectionCell[]> => {
  const [worldId, layer, first, end, exponentLimit, ...after] = rangeOf(query)
  // behind a cell of this size come those behind all that is in it
  const isWhole = query.after !== undefined && exponentOf(query.after) <= cellExponent(cell)
  const start = isWhole ? placesInside(query.after!).end : first
  const { bytes, mask } = partOf(cell)
  const { rows } = await client.query<CellRow & { isLarger: boolean }>(
    prepared(coarseText, [
      ...[worldId, layer, start, end, exponentLimit, ...(isWhole ? [null, null] : after), query.limit],
      ...[cellExponent(cell), bytes, mask],
    ]),
  )
  return rows.map((row) => cellOf(row, row.isLarger ? row.region : regionAbove(row.region, cell)))
}

/** Bits of a place; the first ones that the places of all in one cell share, in bytes and the bits of the last of these. */
const partOf = (cell: CellSize): { bytes: number; mask: number } => {
  if (cell === everything) return { bytes: 1, mask: 0 }
  const bits = placeBits - 3 * (cell - finest)
  const bytes = Math.ceil(bits / 8)
  return { bytes, mask: (0xff << (8 * bytes - bits)) & 0xff }
}

// 21 bytes, of which the first 6 bits are 0; see `placeOf`
const placeBits = 168
const finest = -13
