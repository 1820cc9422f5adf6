import type pg from 'pg'
import { sacredFluxPositions } from '#world/flux'
import type { PinnedSnapshot } from '../epoch.ts'

/** What statistics are made of: sums over the samples of an epoch. */
export interface SampleCounts {
  samples: number
  entities: number
  types: number
  sacred: number
  cells: number
  /** Of the bounding box of all samples; a product that may be beyond 2^53. */
  boundingCells: number
  connections: number
  /** Sum of the depths of all samples. */
  depths: number
}

// The snapshots of each log, in order. A row of history covers the snapshots whose seqs lie in its [from_seq, to_seq): their
// indexes are a range, so that one pass over the rows counts all samples, however many snapshots there are.
const cutText = `
  cut AS MATERIALIZED (
    SELECT u.world_id, array_agg(u.seq ORDER BY u.seq) AS seqs, min(u.seq) AS low, max(u.seq) AS high
    FROM unnest($1::uuid[], $2::int8[]) AS u (world_id, seq) GROUP BY u.world_id
  )`

/** Rows that cover a snapshot, with the range [a, b) of those that they cover. */
const rowsOf = (table: string, history: string, columns: string) => `
  SELECT * FROM (
    SELECT t.world_id, ${columns}, width_bucket(t.from_seq - 1, cut.seqs) AS a, cardinality(cut.seqs) AS b
    FROM cut JOIN ${table} t ON t.world_id = cut.world_id AND t.from_seq <= cut.high
    UNION ALL
    SELECT h.world_id, ${columns}, width_bucket(h.from_seq - 1, cut.seqs), width_bucket(h.to_seq - 1, cut.seqs)
    FROM cut JOIN ${history} h ON h.world_id = cut.world_id AND h.from_seq <= cut.high AND h.to_seq > cut.low
  ) row WHERE a < b`

const entityRows = rowsOf('entities', 'entity_history', 'entity_id, class_type, flux_position, x, y, z')
const relationshipRows = rowsOf('relationships', 'relationship_history', 'source_id, target_id, type')

/** A number that is nearly 0 must not be divided: PostgreSQL refuses an underflow. */
const cellOf = (x: string) =>
  `CASE WHEN ${x} >= $3::float8 OR ${x} < -$3 THEN floor(${x} / $3) WHEN ${x} < 0 THEN -1 ELSE 0 END`
const cellSpan = (x: string) => `(${cellOf(`max(${x})`)} - ${cellOf(`min(${x})`)} + 1)`

const selectEntities = `
  WITH ${cutText}, version AS MATERIALIZED (${entityRows})
  SELECT coalesce(sum(b - a), 0)::int8 AS samples,
    coalesce(sum(b - a) FILTER (WHERE flux_position = ANY ($4::int2[])), 0)::int8 AS sacred,
    (SELECT count(*) FROM (SELECT DISTINCT entity_id FROM version) AS one) AS entities,
    (SELECT count(*) FROM (SELECT DISTINCT class_type FROM version) AS one) AS types,
    (SELECT count(*) FROM (SELECT DISTINCT ${cellOf('x')}, ${cellOf('y')}, ${cellOf('z')} FROM version) AS one) AS cells,
    CASE WHEN count(*) = 0 THEN 0 ELSE ${cellSpan('x')} * ${cellSpan('y')} * ${cellSpan('z')} END::float8 AS "boundingCells"
  FROM version`

const selectConnections = `
  WITH ${cutText}
  SELECT count(*) AS connections FROM (SELECT DISTINCT source_id, target_id, type FROM (${relationshipRows}) AS version) AS one`

// The depth of an entity is the number of those above it, so the depths sum up to the pairs of an entity and one above it.
const selectDepths = `
  WITH RECURSIVE ${cutText}, edge AS MATERIALIZED (
    SELECT world_id, source_id, target_id, int4range(a, b) AS span FROM (${relationshipRows}) AS version WHERE type = 'hierarchy'
  ), life AS MATERIALIZED (
    SELECT world_id, entity_id, range_agg(int4range(a, b)) AS spans FROM (${entityRows}) AS version
    WHERE (world_id, entity_id) IN (SELECT world_id, source_id FROM edge UNION SELECT world_id, target_id FROM edge)
    GROUP BY world_id, entity_id
  ), live AS MATERIALIZED (
    SELECT edge.world_id, source_id, target_id, int4multirange(span) * above.spans * below.spans AS spans FROM edge
    JOIN life above ON above.world_id = edge.world_id AND above.entity_id = source_id
    JOIN life below ON below.world_id = edge.world_id AND below.entity_id = target_id
  ), pair (world_id, above_id, spans) AS (
    SELECT world_id, source_id, spans FROM live WHERE NOT isempty(spans)
    UNION ALL
    SELECT live.world_id, live.source_id, live.spans * pair.spans FROM pair
    JOIN live ON live.world_id = pair.world_id AND live.target_id = pair.above_id
    WHERE live.spans && pair.spans
  )
  SELECT coalesce(sum(upper(span) - lower(span)), 0)::int8 AS depths FROM pair, unnest(spans) AS span`

/**
 * Counts the samples of the snapshots: reads the rows of their logs once, however many snapshots there are, so the caller
 * has a pool whose transactions may take minutes for a large world.
 */
export const countSamples = async (
  client: pg.ClientBase,
  snapshots: readonly Pick<PinnedSnapshot, 'worldId' | 'seq'>[],
  cellSizeUnits: number,
): Promise<SampleCounts> => {
  const pinned = [snapshots.map(({ worldId }) => worldId), snapshots.map(({ seq }) => seq)]
  // ranges have no statistics, so the planner would take the joins of edges for small ones and loop
  await client.query('SET LOCAL enable_nestloop = off')
  const entities = await client.query(selectEntities, [...pinned, cellSizeUnits, sacredFluxPositions])
  const connections = await client.query(selectConnections, pinned)
  const depths = await client.query(selectDepths, pinned)
  return { ...entities.rows[0], ...connections.rows[0], ...depths.rows[0] }
}
