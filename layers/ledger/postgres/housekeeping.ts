import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerName } from '../settings.ts'
import type { WorldKey } from './append-segment.ts'

/** A layer of a world's ledger, and what its newest settings say of its archive. */
export interface LayerPolicy extends WorldKey {
  layer: LayerName
  /** Every window up to this tick has its commits. */
  closedTo: number
  /** As `archive` of the settings; where they do not have the layer any more, as it was last: null throughout. */
  afterTicks: number | null
  quietAfterTicks: number | null
  quietBelow: number | null
}

/** Where a page ended. */
export type LayerPosition = Pick<LayerPolicy, 'worldId' | 'layer'>

// an index tells at once that a layer has nothing so old
const layersText = `
  SELECT l.world_id AS "worldId", l.tenant_id AS "tenantId", l.layer, l.closed_to AS "closedTo",
    (p.archive->>'afterTicks')::int8 AS "afterTicks", (p.archive->>'quietAfterTicks')::int8 AS "quietAfterTicks",
    (p.archive->>'quietBelow')::float8 AS "quietBelow"
  FROM ledger_layers l CROSS JOIN LATERAL (
    SELECT s.archive FROM ledger_cuts c, jsonb_to_recordset(c.settings->'layers') AS s (name text, archive jsonb)
    WHERE c.world_id = l.world_id AND s.name = l.layer ORDER BY c.from_tick DESC LIMIT 1
  ) p
  WHERE ($1::uuid IS NULL OR (l.world_id, l.layer) > ($1, $2)) AND EXISTS (
    SELECT FROM commits c WHERE c.world_id = l.world_id AND c.layer = l.layer AND c.archive_id IS NULL AND c.epoch_end <
      l.closed_to - least((p.archive->>'afterTicks')::int8, (p.archive->>'quietAfterTicks')::int8))
  ORDER BY l.world_id, l.layer LIMIT $3`

/** Layers with commits that are old enough for the archive by some part of their policy, in the order of their ids. */
export const readLayersToArchive = async (
  pool: pg.Pool,
  after: LayerPosition | undefined,
  limit: number,
): Promise<LayerPolicy[]> => {
  const values = [after?.worldId ?? null, after?.layer ?? null, limit]
  return (await pool.query<LayerPolicy>(prepared(layersText, values))).rows
}

/** A segment whose ticks are all committed, and were kept for long enough. */
export interface OldSegment {
  worldId: string
  segment: number
  toTick: number
  /** Of its object. */
  key: string
}

// of a world that is held none is old. A shard that has not used up an input still needs its segment; so does one that has nothing of it but lies behind, which
// costs nothing but time
const segmentsText = `
  WITH world AS (
    SELECT t.world_id, l.layer, l.closed_to, (c.settings->>'ticksKept')::int8 AS ticks_kept,
      (c.settings->>'ticksKeptMb')::int8 * 1048576 AS bytes_kept,
      date_trunc('hour', now()) - make_interval(days => (r.settings #>> '{retention,ticks,expireDays}')::int) AS kept_since
    FROM tick_streams t JOIN worlds r USING (world_id) JOIN ledger_layers l ON l.world_id = t.world_id AND l.layer = t.layer
    CROSS JOIN LATERAL (
      SELECT settings FROM ledger_cuts WHERE world_id = t.world_id ORDER BY from_tick DESC LIMIT 1
    ) c
    WHERE t.world_id = $1 AND r.settings #>> '{retention,legalHold}' IS NULL
  ), committed AS (
    SELECT s.segment, s.to_tick, s.key, w.layer, s.to_tick <= w.closed_to - w.ticks_kept
      OR sum(s.bytes) OVER (ORDER BY s.segment DESC) > w.bytes_kept OR coalesce(s.created_at < w.kept_since, false) AS is_old
    FROM world w JOIN tick_segments s ON s.world_id = w.world_id WHERE s.to_tick <= w.closed_to
  )
  SELECT $1::uuid AS "worldId", segment, to_tick AS "toTick", key FROM committed c
  WHERE is_old AND NOT EXISTS (
    SELECT FROM ledger_inputs i JOIN ledger_shards h ON h.world_id = i.world_id AND h.layer = i.layer AND h.shard = i.shard
    WHERE i.world_id = $1 AND i.layer = c.layer AND i.input = c.segment AND h.from_input <= i.input)
  ORDER BY segment LIMIT $2`

/** The oldest segments of a world that nobody needs any more, at most so many. */
export const readOldSegments = async (pool: pg.Pool, worldId: string, limit: number): Promise<OldSegment[]> =>
  (await pool.query<OldSegment>(prepared(segmentsText, [worldId, limit]))).rows

const worldsText = `
  SELECT world_id AS "worldId" FROM tick_streams WHERE segment > 0 AND ($1::uuid IS NULL OR world_id > $1)
  ORDER BY world_id LIMIT $2`

/** Worlds that have, or had, ticks, in the order of their ids. */
export const readTickingWorlds = async (
  pool: pg.Pool,
  after: string | undefined,
  limit: number,
): Promise<string[]> =>
  (await pool.query<{ worldId: string }>(prepared(worldsText, [after ?? null, limit]))).rows.map(
    ({ worldId }) => worldId,
  )

const prunedText = 'UPDATE tick_streams SET pruned_to = greatest(pruned_to, $2) WHERE world_id = $1'

/** Says that ticks up to this one are about to be forgotten. */
export const markPruned = async (pool: pg.Pool, worldId: string, toTick: number): Promise<void> => {
  await pool.query(prunedText, [worldId, toTick])
}

const forgetText = `
  WITH gone AS (
    DELETE FROM tick_segments WHERE world_id = $1 AND segment = ANY ($2::int8[])
  ), inputs AS (
    DELETE FROM ledger_inputs i USING tick_streams t
    WHERE t.world_id = $1 AND i.world_id = $1 AND i.layer = t.layer AND i.input = ANY ($2::int8[])
  )
  DELETE FROM entity_ticks WHERE world_id = $1 AND segment = ANY ($2::int8[])`

/** Forgets segments whose objects are gone, with all that names them. */
export const forgetSegments = async (
  pool: pg.Pool,
  worldId: string,
  segments: readonly number[],
): Promise<void> => {
  await pool.query(prepared(forgetText, [worldId, segments]))
}
