import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerName } from '../settings.ts'

/** Commits of a chain that follow each other, whose entries are in the database. */
export interface ChainPart {
  shard: string
  fromNumber: number
  toNumber: number
}

const text = `
  SELECT c.shard, c.number, c.entries FROM commits c JOIN ledger_layers l USING (world_id, layer)
  WHERE c.world_id = $1 AND c.layer = $2 AND c.epoch_end < $3 AND c.window_end <= l.closed_to AND c.archive_id IS NULL
  ORDER BY c.shard, c.number LIMIT 10000`

const maxCommits = 1_000
const maxEntries = 100_000

/**
 * Parts of the chains of a layer, each of at most 1,000 commits and about 100,000 entries, whose spans end before a tick in
 * windows that have their manifests. The first ones: when they are archived, the next ones are.
 */
export const readArchivable = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  layer: LayerName,
  beforeEpoch: number,
): Promise<ChainPart[]> => {
  const { rows } = await client.query<{ shard: string; number: number; entries: number }>(
    prepared(text, [worldId, layer, beforeEpoch]),
  )
  const parts: ChainPart[] = []
  let entries = 0
  for (const row of rows) {
    const part = parts.at(-1)
    const follows = part?.shard === row.shard && part.toNumber === row.number - 1
    entries += row.entries
    if (follows && entries <= maxEntries && row.number - part.fromNumber < maxCommits)
      part.toNumber = row.number
    else {
      parts.push({ shard: row.shard, fromNumber: row.number, toNumber: row.number })
      entries = row.entries
    }
  }
  return parts
}
