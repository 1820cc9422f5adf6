import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { exponentOf } from '../cells.ts'
import type { Commit, CommitEntry } from '../commit.ts'
import type { ChainRange, LayerKey, RegionQuery } from '../ledger-store.ts'
import { placesInside } from '../place.ts'
import type { LayerName } from '../settings.ts'
import { exponent } from './read-gamma.ts'
import { type EntryRow, entryFromRow } from './read-window-entries.ts'

/** A commit but for its entries, and where these are. */
export interface KeptCommit {
  key: number
  head: Omit<Commit, 'entries'>
  /** The object that has its entries, and hex of SHA-256 of it; undefined: they are in the database. */
  archived: { pointer: string; sha256: string } | undefined
}

interface HeadRow {
  commit_key: number
  commit_id: string
  tenant_id: string
  world_id: string
  layer: LayerName
  shard: string
  number: number
  epoch_start: number
  epoch_end: number
  window_end: number
  previous_hash: string
  hash: string
  from_input: number
  seen_input: number
  committed_at: Date
  pointer: string | null
  sha256: string | null
}

const columns = `c.commit_key, c.commit_id, c.tenant_id, c.world_id, c.layer, c.shard, c.number, c.epoch_start,
  c.epoch_end, c.window_end, encode(c.previous_hash, 'hex') AS previous_hash, encode(c.hash, 'hex') AS hash,
  c.from_input, c.seen_input, c.committed_at, a.key AS pointer, encode(a.sha256, 'hex') AS sha256`

const from = `
  FROM commits c LEFT JOIN ledger_archives a ON a.archive_id = c.archive_id
  WHERE c.tenant_id = $1 AND c.world_id = $2 AND c.layer = $3`

const keptFrom = (row: HeadRow): KeptCommit => ({
  key: row.commit_key,
  head: {
    ...{ commitId: row.commit_id, tenantId: row.tenant_id, worldId: row.world_id, layer: row.layer },
    ...{ shard: row.shard, number: row.number, epochStart: row.epoch_start, epochEnd: row.epoch_end },
    ...{ windowEnd: row.window_end, previousHash: row.previous_hash, hash: row.hash },
    ...{ fromInput: row.from_input, seenInput: row.seen_input },
    committedAt: row.committed_at.toISOString(),
  },
  archived: row.pointer === null ? undefined : { pointer: row.pointer, sha256: row.sha256! },
})

const byIdText = `SELECT ${columns} ${from} AND c.commit_id = $4`

export const readKeptCommit = async (
  client: pg.ClientBase,
  { tenantId, worldId, layer }: LayerKey,
  commitId: string,
): Promise<KeptCommit | undefined> => {
  const { rows } = await client.query<HeadRow>(prepared(byIdText, [tenantId, worldId, layer, commitId]))
  return rows[0] && keptFrom(rows[0])
}

// of those in the archive only the shard is known here
const byRegionText = `
  SELECT ${columns} ${from} AND c.epoch_end BETWEEN $4 AND $5 AND (c.epoch_end, c.commit_id) > ($6, $7)
    AND (c.archive_id IS NOT NULL OR EXISTS (
      SELECT FROM commit_entries e WHERE e.commit_key = c.commit_key AND e.place >= $8 AND e.place < $9
        AND (e.place > $8 OR ${exponent.replaceAll('region', 'e.region')} <= $10)))
  ORDER BY c.epoch_end, c.commit_id LIMIT $11`

/** Commits that have entries inside a region, and archived ones that may have, in the order of (epochEnd, commitId). */
export const readKeptInRegion = async (
  client: pg.ClientBase,
  query: RegionQuery & { limit: number; fromEpoch: number },
): Promise<KeptCommit[]> => {
  const { tenantId, worldId, layer, region, fromEpoch, toEpoch, after, limit } = query
  const { first, end } = placesInside(region)
  const { rows } = await client.query<HeadRow>(
    prepared(byRegionText, [
      ...[tenantId, worldId, layer, fromEpoch, toEpoch ?? Number.MAX_SAFE_INTEGER],
      ...[after?.epochEnd ?? -1, after?.commitId ?? '00000000-0000-0000-0000-000000000000'],
      ...[first, end, exponentOf(region), limit],
    ]),
  )
  return rows.map(keptFrom)
}

const runText = `
  SELECT ${columns} ${from} AND c.shard = $4 AND c.number BETWEEN $5 AND $6 AND c.archive_id IS NULL
  ORDER BY c.number LIMIT $7`

/** Commits of a chain whose entries are in the database, in their order. */
export const readKeptOfChain = async (
  client: pg.ClientBase,
  { tenantId, worldId, layer, shard, fromNumber, toNumber }: ChainRange,
  limit: number,
): Promise<KeptCommit[]> => {
  const values = [tenantId, worldId, layer, shard, fromNumber, toNumber, limit]
  return (await client.query<HeadRow>(prepared(runText, values))).rows.map(keptFrom)
}

const anyText = `SELECT EXISTS (SELECT ${from}) AS "isKept"`

/** Whether the layer, of that tenant, has any. */
export const hasCommits = async (
  client: pg.ClientBase,
  { tenantId, worldId, layer }: LayerKey,
): Promise<boolean> =>
  (await client.query<{ isKept: boolean }>(prepared(anyText, [tenantId, worldId, layer]))).rows[0]!.isKept

const entriesText = `
  SELECT commit_key, region, correction, count, weight_sum, activity_sum, activity_squares, entity_refs, late_from,
    late_to
  FROM commit_entries WHERE commit_key = ANY ($1::int8[]) ORDER BY commit_key, place, correction`

/** Entries that are in the database, by the keys of their commits. */
export const readEntriesOf = async (
  client: pg.ClientBase,
  keys: readonly number[],
): Promise<Map<number, CommitEntry[]>> => {
  const { rows } = await client.query<EntryRow & { commit_key: number }>(prepared(entriesText, [keys]))
  const entries = new Map<number, CommitEntry[]>(keys.map((key) => [key, []]))
  for (const row of rows) entries.get(row.commit_key)!.push(entryFromRow(row))
  return entries
}

const sameText = `
  SELECT encode(hash, 'hex') AS hash FROM commits
  WHERE world_id = $1 AND (commit_id = $2 OR (layer = $3 AND shard = $4 AND number = $5))`

/** Hashes of what stands where a commit would: the one of its id, and that of its number. */
export const readHashesAt = async (
  client: pg.ClientBase,
  { worldId, commitId, layer, shard, number }: Commit,
): Promise<string[]> => {
  const { rows } = await client.query<{ hash: string }>(
    prepared(sameText, [worldId, commitId, layer, shard, number]),
  )
  return rows.map(({ hash }) => hash)
}
