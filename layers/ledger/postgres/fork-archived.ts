import type pg from 'pg'
import { textArray } from '#platform/postgres/binary-array'
import { exponentOf, projectionOf } from '../cells.ts'
import type { StoredCell } from '../past-tile.ts'
import { placeOf } from '../place.ts'
import type { LayerName } from '../settings.ts'
import type { WorldKey } from './append-segment.ts'
import type { LedgerMoment } from './fork-ledger.ts'
import { laterCommits } from './later-commits.ts'
import { commitsOf } from './of-ledger.ts'
import { cellFrom, newestWindow, type PastRow, pastColumns } from './read-past-cells.ts'

/** Commits of a chain whose entries are in one archived batch. */
export interface ArchivedPart {
  layer: LayerName
  shard: string
  key: string
  /** Hex, of the object. */
  sha256: string
  commitIds: string[]
}

/** A cell of a layer. */
export interface LayerCell {
  layer: LayerName
  region: string
}

const partColumns = `c.layer, c.shard, a.key, encode(a.sha256, 'hex') AS sha256, array_agg(c.commit_id::text) AS "commitIds"`

const archivedText = `
  WITH ${laterCommits}
  SELECT EXISTS (SELECT FROM later) AND EXISTS (
    SELECT FROM commits WHERE world_id = ANY (world_lineage($1)) AND archive_id IS NOT NULL) AS archived`

/** Whether some of what the gamma of then is summed up from may be in the archive: only where there are later commits. */
export const needsArchive = async (
  client: pg.ClientBase,
  { worldId, atSeq }: LedgerMoment,
): Promise<boolean> =>
  (await client.query<{ archived: boolean }>(archivedText, [worldId, atSeq])).rows[0]!.archived

const laterText = `
  WITH ${laterCommits}
  SELECT ${partColumns} FROM later l JOIN commits c USING (commit_key) JOIN ledger_archives a ON a.archive_id = c.archive_id
  GROUP BY 1, 2, 3, 4`

/** Archived batches with commits that came later. */
export const readLaterArchived = async (
  client: pg.ClientBase,
  { worldId, atSeq }: LedgerMoment,
): Promise<ArchivedPart[]> => (await client.query<ArchivedPart>(laterText, [worldId, atSeq])).rows

const keptText = `
  SELECT ${partColumns} FROM commits c JOIN ledger_archives a ON a.archive_id = c.archive_id
  WHERE ${commitsOf()} GROUP BY 1, 2, 3, 4`

/** Archived batches with commits that are part of the fork's ledger. */
export const readKeptArchived = async (client: pg.ClientBase, forkId: string): Promise<ArchivedPart[]> =>
  (await client.query<ArchivedPart>(keptText, [forkId])).rows

const touchedText = `
  WITH ${laterCommits}
  SELECT DISTINCT e.layer, e.region FROM later l JOIN commit_entries e USING (commit_key)`

/** Cells of which later commits have entries in the database. */
export const readTouched = async (
  client: pg.ClientBase,
  { worldId, atSeq }: LedgerMoment,
): Promise<LayerCell[]> => (await client.query<LayerCell>(touchedText, [worldId, atSeq])).rows

const layersOf = (cells: readonly LayerCell[]): Buffer => textArray(cells.map(({ layer }) => layer))
const regionsOf = (cells: readonly LayerCell[]): Buffer => textArray(cells.map(({ region }) => region))
const placesOf = (cells: readonly LayerCell[]): Buffer[] => cells.map(({ region }) => placeOf(region))

const cellsText = `
  WITH entries AS (
    SELECT e.layer, e.place, e.region, e.correction, e.count, e.weight_sum, e.activity_sum, e.activity_squares,
      c.epoch_start, c.epoch_end, c.window_end, c.commit_id, ${newestWindow.replaceAll(/\b(layer|place|region|correction)\b/g, 'e.$1')}
    FROM unnest($2::text[], $3::text[], $4::bytea[]) AS t (layer, region, place)
    JOIN commit_entries e ON e.world_id = ANY (world_lineage($1)) AND e.layer = t.layer AND e.place = t.place
      AND e.region = t.region
    JOIN commits c ON c.commit_key = e.commit_key
    WHERE ${commitsOf()}
  )
  SELECT layer, ${pastColumns} FROM entries GROUP BY layer, place, region`

/** What the commits of the fork's ledger say of cells, from the entries that are in the database. */
export const readCells = async (
  client: pg.ClientBase,
  forkId: string,
  cells: readonly LayerCell[],
): Promise<(StoredCell & LayerCell)[]> => {
  const values = [forkId, layersOf(cells), regionsOf(cells), placesOf(cells)]
  const { rows } = await client.query<PastRow & { layer: LayerName }>(cellsText, values)
  return rows.map((row) => ({ layer: row.layer, region: row.region, cell: cellFrom(row) }))
}

const untouchedText = `
  INSERT INTO gamma_cells (world_id, tenant_id, layer, place, exponent, region, epoch_start, epoch_end,
    latest_weight_sum, count, weight_sum, activity_sum, activity_squares, commit_id)
  SELECT $2::uuid, $3, layer, place, exponent, region, epoch_start, epoch_end, latest_weight_sum, count, weight_sum,
    activity_sum, activity_squares, commit_id
  FROM gamma_cells g
  WHERE world_id = $1 AND NOT EXISTS (
    SELECT FROM unnest($4::text[], $5::text[]) AS t (layer, region) WHERE t.layer = g.layer AND t.region = g.region)`

/** Gives the fork those cells of its source that no later commit has an entry of. */
export const copyUntouched = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  source: LedgerMoment,
  touched: readonly LayerCell[],
): Promise<void> => {
  const values = [source.worldId, worldId, tenantId, layersOf(touched), regionsOf(touched)]
  await client.query(untouchedText, values)
}

const insertText = `
  INSERT INTO gamma_cells (world_id, tenant_id, layer, place, exponent, region, epoch_start, epoch_end,
    latest_weight_sum, count, weight_sum, activity_sum, activity_squares, commit_id)
  SELECT $1, $2, layer, place, exponent, region, epoch_start, epoch_end, latest::numeric, count::numeric, weight::numeric,
    activity::numeric, squares::numeric, commit_id
  FROM unnest($3::text[], $4::text[], $5::bytea[], $6::int2[], $7::int8[], $8::int8[], $9::text[], $10::text[],
    $11::text[], $12::text[], $13::text[], $14::uuid[])
    AS u (layer, region, place, exponent, epoch_start, epoch_end, latest, count, weight, activity, squares, commit_id)`

export const insertCells = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  cells: readonly (StoredCell & LayerCell)[],
): Promise<void> => {
  const found = cells.map(({ region, cell }) => projectionOf(region, cell))
  const texts = (pick: (one: (typeof found)[number]) => bigint) =>
    textArray(found.map((one) => String(pick(one))))
  await client.query(insertText, [
    ...[worldId, tenantId, layersOf(cells), regionsOf(cells), placesOf(cells)],
    cells.map(({ region }) => exponentOf(region)),
    found.map(({ epochStart }) => epochStart),
    found.map(({ epochEnd }) => epochEnd),
    texts(({ latestWeightSum }) => latestWeightSum),
    texts(({ count }) => count),
    texts(({ weightSum }) => weightSum),
    texts(({ activitySum }) => activitySum),
    texts(({ activitySquares }) => activitySquares),
    found.map(({ commitId }) => commitId),
  ])
}
