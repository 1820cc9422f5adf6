import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { figuresOf } from '../commit.ts'
import { isInside, placeOf } from '../place.ts'
import { readPseudonymous } from '../pseudonyms.ts'
import type { LayerName } from '../settings.ts'
import { commitsOf } from './of-ledger.ts'
import { type EntryRow, entryFromRow } from './read-window-entries.ts'

/** A commit whose span holds a tick, of the shard that holds a region. */
export interface CoveringCommit {
  commitId: string
  layer: LayerName
  shard: string
  number: number
  epochStart: number
  epochEnd: number
  /** Hex. */
  hash: string
  committedAt: string
  region: string
  /** `archived`: its entries are in the archive, and were not looked at; `other`: none of them is of the region. */
  entry:
    | { state: 'found'; namesEntity: boolean; weight: number; count: number; activityMean: number }
    | { state: 'archived' }
    | { state: 'other' }
}

interface Row {
  commit_key: number
  commit_id: string
  layer: LayerName
  shard: string
  number: number
  epoch_start: number
  epoch_end: number
  hash: string
  committed_at: Date
  archive_id: string | null
}

// a window has a commit for each of its shards
const coveringText = `
  SELECT commit_key, commit_id, layer, shard, number, epoch_start, epoch_end, encode(hash, 'hex') AS hash, committed_at,
    archive_id
  FROM commits c WHERE ${commitsOf()} AND layer = $2 AND epoch_end >= $3 AND epoch_start <= $3
  ORDER BY epoch_end, commit_id LIMIT 1000`

const entryText = `
  SELECT region, correction, count, weight_sum, activity_sum, activity_squares, entity_refs, late_from, late_to
  FROM commit_entries WHERE commit_key = $1 AND place = $2 ORDER BY correction LIMIT 1`

/** What the layer's commit of a tick says of a region; undefined where there is none (yet). */
export const findCoveringCommit = async (
  client: pg.ClientBase,
  worldId: string,
  layer: LayerName,
  tick: number,
  region: string,
  entityId: string,
): Promise<CoveringCommit | undefined> => {
  const { rows } = await client.query<Row>(prepared(coveringText, [worldId, layer, tick]))
  const row = rows.find(({ shard }) => isInside(region, shard))
  if (row === undefined) return undefined
  return {
    ...{ commitId: row.commit_id, layer: row.layer, shard: row.shard, number: row.number },
    ...{ epochStart: row.epoch_start, epochEnd: row.epoch_end, hash: row.hash },
    ...{ committedAt: row.committed_at.toISOString(), region },
    entry:
      row.archive_id === null
        ? await readEntry(client, worldId, row.commit_key, region, entityId)
        : { state: 'archived' },
  }
}

const readEntry = async (
  client: pg.ClientBase,
  worldId: string,
  commitKey: number,
  region: string,
  entityId: string,
): Promise<CoveringCommit['entry']> => {
  const [row] = (await client.query<EntryRow>(prepared(entryText, [commitKey, placeOf(region)]))).rows
  if (row === undefined || row.region !== region) return { state: 'other' }
  const entry = entryFromRow(row)
  const names = await readPseudonymous(client, worldId, entry.entityRefs)
  const namesEntity = entry.entityRefs.some((ref) => (names.get(ref) ?? ref) === entityId)
  const { weight, activityMean } = figuresOf(entry)
  return {
    ...{ state: 'found', namesEntity, weight, activityMean, count: Number(entry.count) },
  }
}
