import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerKey } from '../ledger-store.ts'
import type { EntryRow } from './read-window-entries.ts'
import { sealOf } from './seal.ts'

/** The row of an archive. Hashes in hex. */
export interface ArchiveRow {
  tenantId: string
  worldId: string
  layer: string
  shard: string
  fromNumber: number
  toNumber: number
  epochStart: number
  epochEnd: number
  key: string
  bytes: number
  sha256: string
}

/** What the row of a shard says of its last commit. */
export interface HeadRow {
  tenantId: string
  number: number
  hash: string
  committedTo: number
  fromInput: number
  seenInput: number
}

/** A commit as the database has it, with all that speaks of it. Nothing of it is taken for true. */
export interface LinkRow {
  key: number
  commitId: string
  tenantId: string
  shard: string
  number: number
  epochStart: number
  epochEnd: number
  windowEnd: number
  previousHash: string
  hash: string
  fromInput: number
  seenInput: number
  entries: number
  contributions: string
  activitySum: string
  isSealed: boolean
  archiveId: string | null
  archive: ArchiveRow | null
  head: HeadRow | null
  /** The data of all events of the world that name it. */
  events: unknown[]
}

const seal = sealOf({
  ...{ id: 'c.commit_id', tenant: 'c.tenant_id', from: 'c.from_input', seen: 'c.seen_input' },
  ...{ cause: 'c.cause', committedAt: 'c.committed_at' },
})

const headColumns = `jsonb_build_object('tenantId', s.tenant_id, 'number', s.number, 'hash', encode(s.hash, 'hex'),
  'committedTo', s.committed_to, 'fromInput', s.from_input, 'seenInput', s.seen_input)`

const linksText = `
  SELECT c.commit_key AS key, c.commit_id AS "commitId", c.tenant_id AS "tenantId", c.shard, c.number,
    c.epoch_start AS "epochStart", c.epoch_end AS "epochEnd", c.window_end AS "windowEnd",
    encode(c.previous_hash, 'hex') AS "previousHash", encode(c.hash, 'hex') AS hash, c.from_input AS "fromInput",
    c.seen_input AS "seenInput", c.entries, c.contributions, c.activity_sum AS "activitySum",
    c.seal = ${seal} AS "isSealed", c.archive_id AS "archiveId",
    CASE WHEN a.archive_id IS NOT NULL THEN jsonb_build_object('tenantId', a.tenant_id, 'worldId', a.world_id,
      'layer', a.layer, 'shard', a.shard, 'fromNumber', a.from_number, 'toNumber', a.to_number, 'epochStart', a.epoch_start,
      'epochEnd', a.epoch_end, 'key', a.key, 'bytes', a.bytes, 'sha256', encode(a.sha256, 'hex')) END AS archive,
    CASE WHEN s.shard IS NOT NULL THEN ${headColumns} END AS head,
    ARRAY(SELECT e.data FROM world_events e
      WHERE e.type = 'commit.entries.v1' AND e.world_id = c.world_id AND e.data ->> 'commitId' = c.commit_id::text) AS events
  FROM commits c
  LEFT JOIN ledger_archives a ON a.archive_id = c.archive_id
  LEFT JOIN ledger_shards s ON s.world_id = c.world_id AND s.layer = c.layer AND s.shard = c.shard
  WHERE c.world_id = $1 AND c.layer = $2 AND (c.shard, c.number) > ($3, $4)
  ORDER BY c.shard, c.number LIMIT $5`

/** Commits of a layer, chain after chain, each in its order; after one of them. */
export const readLinks = async (
  client: pg.ClientBase,
  { worldId, layer }: Pick<LayerKey, 'worldId' | 'layer'>,
  after: Pick<LinkRow, 'shard' | 'number'> | undefined,
  limit: number,
): Promise<LinkRow[]> => {
  const values = [worldId, layer, after?.shard ?? '', after?.number ?? 0, limit]
  return (await client.query<LinkRow>(prepared(linksText, values))).rows
}

/** An entry with the columns that only repeat others. */
export interface LinkEntryRow extends EntryRow {
  commit_key: number
  place: Buffer
  tenant_id: string
  world_id: string
  layer: string
  weight: number
  activity_mean: number
  activity_var: number
}

const entriesText = `
  SELECT commit_key, place, tenant_id, world_id, layer, region, correction, count, weight_sum, activity_sum,
    activity_squares, weight, activity_mean, activity_var, entity_refs, late_from, late_to
  FROM commit_entries WHERE commit_key = ANY ($1::int8[]) ORDER BY commit_key, place, correction`

/** All that the database has of the entries of some commits, by their keys. */
export const readLinkEntries = async (
  client: pg.ClientBase,
  keys: readonly number[],
): Promise<Map<number, LinkEntryRow[]>> => {
  const { rows } = await client.query<LinkEntryRow>(prepared(entriesText, [keys]))
  return Map.groupBy(rows, ({ commit_key }) => commit_key)
}

const idleText = `
  SELECT s.shard, ${headColumns} AS head FROM ledger_shards s
  WHERE s.world_id = $1 AND s.layer = $2 AND s.shard > $3
    AND NOT EXISTS (SELECT FROM commits c WHERE c.world_id = s.world_id AND c.layer = s.layer AND c.shard = s.shard)
  ORDER BY s.shard LIMIT $4`

/** Shards of a layer that have no commit of the world's own. */
export const readIdleHeads = async (
  client: pg.ClientBase,
  { worldId, layer }: Pick<LayerKey, 'worldId' | 'layer'>,
  after: string,
  limit: number,
): Promise<{ shard: string; head: HeadRow }[]> =>
  (await client.query(prepared(idleText, [worldId, layer, after, limit]))).rows

const strayText = `
  SELECT e.seq, e.data ->> 'commitId' AS "commitId", e.data ->> 'layer' AS layer, e.data ->> 'shard' AS shard
  FROM world_events e
  WHERE e.world_id = $1 AND e.type = 'commit.entries.v1' AND NOT EXISTS (
    SELECT FROM commits c WHERE c.world_id = e.world_id AND c.commit_id::text = e.data ->> 'commitId')
  ORDER BY e.seq LIMIT 1`

export interface StrayEvent {
  seq: number
  commitId: string | null
  layer: string | null
  shard: string | null
}

/** The first event of a commit that is not there. */
export const readStrayEvent = async (
  client: pg.ClientBase,
  worldId: string,
): Promise<StrayEvent | undefined> => (await client.query<StrayEvent>(prepared(strayText, [worldId]))).rows[0]
