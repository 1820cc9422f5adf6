import type pg from 'pg'
import {
  boolArray,
  byteaArray,
  float8Array,
  int8Array,
  jsonbArray,
  textArray,
} from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { exponentOf } from '../cells.ts'
import { type Commit, type CommitEntry, figuresOf } from '../commit.ts'
import { placeOf } from '../place.ts'
import { sealOf } from './seal.ts'

/**
 * Keeps a commit with its entries and adds these to the gamma of their cells, in the caller's transaction. undefined
 * where the commit, or another one of its place in the chain, is there already: then nothing was written.
 */
export const storeCommit = async (
  client: pg.ClientBase,
  commit: Commit,
  cause: object = {},
): Promise<number | undefined> => {
  const key = await insertCommit(client, commit, cause)
  if (key === undefined) return undefined
  const rows = rowsOf(commit.entries)
  await insertRows(client, commit, key, rows)
  await addToGamma(client, commit, rows)
  return key
}

const insertCommitText = `
  INSERT INTO commits (commit_id, world_id, tenant_id, layer, shard, number, epoch_start, epoch_end, window_end,
    previous_hash, hash, from_input, seen_input, entries, contributions, activity_sum, cause, committed_at, seal)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, decode($10, 'hex'), decode($11, 'hex'), $12, $13, $14, $15, $16, $17, $18,
    ${sealOf({ id: '$1', tenant: '$3', from: '$12', seen: '$13', cause: '$17', committedAt: '$18' })})
  ON CONFLICT DO NOTHING RETURNING commit_key`

const insertCommit = async (
  client: pg.ClientBase,
  commit: Commit,
  cause: object,
): Promise<number | undefined> => {
  const { entries } = commit
  const contributions = entries.reduce((sum, { count }) => sum + count, 0n)
  const activity = entries.reduce((sum, { activitySum }) => sum + activitySum, 0n)
  const { rows } = await client.query<{ commit_key: number }>(
    prepared(insertCommitText, [
      ...[commit.commitId, commit.worldId, commit.tenantId, commit.layer, commit.shard, commit.number],
      ...[commit.epochStart, commit.epochEnd, commit.windowEnd, commit.previousHash, commit.hash],
      ...[commit.fromInput, commit.seenInput, entries.length, String(contributions), String(activity)],
      ...[JSON.stringify(cause), commit.committedAt],
    ]),
  )
  return rows[0]?.commit_key
}

/** Columns of entries, one beside the other. */
interface EntryColumns {
  entries: readonly CommitEntry[]
  places: Buffer
  regions: Buffer
  exponents: Buffer
  counts: Buffer
  weights: Buffer
  activities: Buffer
  squares: Buffer
}

const rowsOf = (entries: readonly CommitEntry[]): EntryColumns => ({
  entries,
  places: byteaArray(entries.map(({ region }) => placeOf(region))),
  regions: textArray(entries.map(({ region }) => region)),
  exponents: int8Array(entries.map(({ region }) => exponentOf(region))),
  counts: textArray(entries.map(({ count }) => String(count))),
  weights: textArray(entries.map(({ weightSum }) => String(weightSum))),
  activities: textArray(entries.map(({ activitySum }) => String(activitySum))),
  squares: textArray(entries.map(({ activitySquares }) => String(activitySquares))),
})

const insertEntriesText = `
  INSERT INTO commit_entries (commit_key, tenant_id, world_id, layer, place, region, count, weight_sum, activity_sum,
    activity_squares, correction, weight, activity_mean, activity_var, entity_refs, late_from, late_to)
  SELECT $1, $2, $3, $4, u.place, u.region, u.count::numeric, u.weight_sum::numeric, u.activity_sum::numeric,
    u.activity_squares::numeric, u.correction, u.weight, u.activity_mean, u.activity_var,
    ARRAY(SELECT jsonb_array_elements_text(u.refs)), u.late_from, u.late_to
  FROM unnest($5::bytea[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bool[], $12::float8[],
    $13::float8[], $14::float8[], $15::jsonb[], $16::int8[], $17::int8[])
    AS u (place, region, count, weight_sum, activity_sum, activity_squares, correction, weight, activity_mean,
      activity_var, refs, late_from, late_to)`

/** Keeps the entries of a commit whose head is there already. */
export const insertEntries = (client: pg.ClientBase, commit: Commit, commitKey: number): Promise<void> =>
  insertRows(client, commit, commitKey, rowsOf(commit.entries))

const insertRows = async (
  client: pg.ClientBase,
  { tenantId, worldId, layer }: Pick<Commit, 'tenantId' | 'worldId' | 'layer'>,
  commitKey: number,
  columns: EntryColumns,
): Promise<void> => {
  const { entries, places, regions, counts, weights, activities, squares } = columns
  const figures = entries.map(figuresOf)
  await client.query(
    prepared(insertEntriesText, [
      ...[commitKey, tenantId, worldId, layer, places, regions, counts, weights, activities, squares],
      boolArray(entries.map(({ correction }) => correction)),
      float8Array(figures.map(({ weight }) => weight)),
      float8Array(figures.map(({ activityMean }) => activityMean)),
      float8Array(figures.map(({ activityVar }) => activityVar)),
      jsonbArray(entries.map(({ entityRefs }) => JSON.stringify(entityRefs))),
      int8Array(entries.map(({ lateFrom }) => lateFrom)),
      int8Array(entries.map(({ lateTo }) => lateTo)),
    ]),
  )
}

// the latest span of a cell: one that begins after it takes its place, one that overlaps it adds to it, one that ends
// before it (of a shard that was split while it was hot, and is behind) does neither, and corrections belong to earlier ones
const addToGammaText = `
  INSERT INTO gamma_cells AS g (world_id, tenant_id, layer, place, exponent, region, epoch_start, epoch_end,
    latest_weight_sum, count, weight_sum, activity_sum, activity_squares, commit_id)
  SELECT $1, $2, $3, u.place, u.exponent, min(u.region),
    CASE WHEN bool_or(NOT u.correction) THEN $4::int8 ELSE 0 END, CASE WHEN bool_or(NOT u.correction) THEN $5::int8 ELSE 0 END,
    coalesce(sum(u.weight_sum::numeric) FILTER (WHERE NOT u.correction), 0), sum(u.count::numeric),
    sum(u.weight_sum::numeric), sum(u.activity_sum::numeric), sum(u.activity_squares::numeric), $6
  FROM unnest($7::bytea[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bool[], $14::int8[])
    AS u (place, region, count, weight_sum, activity_sum, activity_squares, correction, exponent)
  GROUP BY u.place, u.exponent ORDER BY u.place, u.exponent
  ON CONFLICT (world_id, layer, place, exponent) DO UPDATE SET
    latest_weight_sum = CASE
      WHEN excluded.epoch_end = 0 OR excluded.epoch_end < g.epoch_start THEN g.latest_weight_sum
      WHEN excluded.epoch_start > g.epoch_end THEN excluded.latest_weight_sum
      ELSE g.latest_weight_sum + excluded.latest_weight_sum END,
    epoch_start = CASE
      WHEN excluded.epoch_end = 0 OR excluded.epoch_end < g.epoch_start THEN g.epoch_start
      WHEN excluded.epoch_start > g.epoch_end THEN excluded.epoch_start
      ELSE least(g.epoch_start, excluded.epoch_start) END,
    epoch_end = greatest(g.epoch_end, excluded.epoch_end),
    count = g.count + excluded.count, weight_sum = g.weight_sum + excluded.weight_sum,
    activity_sum = g.activity_sum + excluded.activity_sum,
    activity_squares = g.activity_squares + excluded.activity_squares, commit_id = excluded.commit_id`

const addToGamma = async (
  client: pg.ClientBase,
  { worldId, tenantId, layer, epochStart, epochEnd, commitId }: Commit,
  columns: EntryColumns,
): Promise<void> => {
  const { entries, places, regions, exponents, counts, weights, activities, squares } = columns
  await client.query(
    prepared(addToGammaText, [
      ...[worldId, tenantId, layer, epochStart, epochEnd, commitId],
      ...[places, regions, counts, weights, activities, squares],
      boolArray(entries.map(({ correction }) => correction)),
      exponents,
    ]),
  )
}
