import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerName } from '../settings.ts'
import { isCommitOf } from './of-ledger.ts'
import type { EntryRow } from './read-window-entries.ts'

/** Places from the first on, up to but without the second; null: to the end. */
export type PlaceRange = [from: Buffer, to: Buffer | null]

const boundaryText = `
  SELECT place FROM gamma_cells WHERE world_id = $1 AND layer = $2 AND place >= $3 ORDER BY place OFFSET $4 LIMIT 1`

/** The place of the cell that is so many behind a place; null where there are not so many. */
export const readPlaceAfter = async (
  client: pg.ClientBase,
  worldId: string,
  layer: LayerName,
  from: Buffer,
  cells: number,
): Promise<Buffer | null> => {
  const values = [worldId, layer, from, cells]
  return (await client.query<{ place: Buffer }>(prepared(boundaryText, values))).rows[0]?.place ?? null
}

/** A row of gamma, or of an entry, by its place. */
export interface GammaRow {
  place: Buffer
  exponent: number
  tenantId: string
  region: string
  epochStart: number
  epochEnd: number
  latestWeightSum: string
  count: string
  weightSum: string
  activitySum: string
  activitySquares: string
  commitId: string
}

const gammaText = `
  SELECT place, exponent, tenant_id AS "tenantId", region, epoch_start AS "epochStart", epoch_end AS "epochEnd",
    latest_weight_sum AS "latestWeightSum", count, weight_sum AS "weightSum", activity_sum AS "activitySum",
    activity_squares AS "activitySquares", commit_id AS "commitId"
  FROM gamma_cells
  WHERE world_id = $1 AND layer = $2 AND place >= $3 AND ($4::bytea IS NULL OR place < $4)
    AND ($5::bytea IS NULL OR (place, exponent) > ($5, $6::int2))
  ORDER BY place, exponent LIMIT $7`

/** Cells of gamma in a range, behind one of them. */
export const readGammaRows = async (
  client: pg.ClientBase,
  worldId: string,
  layer: LayerName,
  [from, to]: PlaceRange,
  after: GammaRow | undefined,
  limit: number,
): Promise<GammaRow[]> => {
  const values = [worldId, layer, from, to, after?.place ?? null, after?.exponent ?? 0, limit]
  return (await client.query<GammaRow>(prepared(gammaText, values))).rows
}

export interface CellEntryRow extends EntryRow {
  place: Buffer
  commit_key: number
  commit_id: string
  shard: string
  number: number
  epoch_start: number
  epoch_end: number
  window_end: number
  /** Of a commit that is not in the lineage: it came after the fork. */
  is_later: boolean
}

/** Commits of one world that are part of the ledger of another one: its own, or those of an ancestor. */
export interface LedgerPart {
  worldId: string
  ofWorldId: string
}

// the page first, by the index of places: what is joined with it are its own commits
const entriesText = `
  SELECT e.place, e.commit_key, e.region, e.correction, e.count, e.weight_sum, e.activity_sum, e.activity_squares,
    e.entity_refs, e.late_from, e.late_to, c.commit_id, c.shard, c.number, c.epoch_start, c.epoch_end, c.window_end,
    NOT ${isCommitOf('$1')} AS is_later
  FROM (
    SELECT * FROM commit_entries
    WHERE world_id = $2 AND layer = $3 AND place >= $4 AND ($5::bytea IS NULL OR place < $5)
      AND ($6::bytea IS NULL OR (place, commit_key, correction) > ($6, $7::int8, $8::bool))
    ORDER BY place, commit_key, correction LIMIT $9
  ) e JOIN commits c USING (commit_key)
  ORDER BY e.place, e.commit_key, e.correction`

/** Entries of a world's commits in the database, in a range of places, behind one of them; those that came later are marked. */
export const readCellEntries = async (
  client: pg.ClientBase,
  { worldId, ofWorldId }: LedgerPart,
  layer: LayerName,
  [from, to]: PlaceRange,
  after: CellEntryRow | undefined,
  limit: number,
): Promise<CellEntryRow[]> => {
  const position = [after?.place ?? null, after?.commit_key ?? 0, after?.correction ?? false]
  const values = [worldId, ofWorldId, layer, from, to, ...position, limit]
  return (await client.query<CellEntryRow>(prepared(entriesText, values))).rows
}

/** Commits of a chain whose entries are in one archived batch. */
export interface ArchivedChainPart {
  archiveId: string
  key: string
  sha256: string
  shard: string
  commitIds: string[]
}

const archivesText = `
  SELECT c.archive_id AS "archiveId", a.key, encode(a.sha256, 'hex') AS sha256, c.shard,
    array_agg(c.commit_id::text) AS "commitIds"
  FROM commits c JOIN ledger_archives a ON a.archive_id = c.archive_id
  WHERE c.world_id = $2 AND ${isCommitOf('$1')} AND c.layer = $3 AND ($4::uuid IS NULL OR c.archive_id > $4)
  GROUP BY 1, 2, 3, 4 ORDER BY 1 LIMIT $5`

/** Archives with entries of such commits, behind one of them. */
export const readArchivedParts = async (
  client: pg.ClientBase,
  { worldId, ofWorldId }: LedgerPart,
  layer: LayerName,
  after: string | null,
  limit: number,
): Promise<ArchivedChainPart[]> =>
  (await client.query<ArchivedChainPart>(prepared(archivesText, [worldId, ofWorldId, layer, after, limit])))
    .rows
