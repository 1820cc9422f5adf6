import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { quantaPerUnit } from '../quanta.ts'
import type { LayerName } from '../settings.ts'

/** Which commits of a layer may leave the database. */
export interface Archivable {
  /** Those whose spans end before this tick; */
  beforeEpoch: number
  /** and those that end before this one, if the mean activity of their contributions is below `quietBelow`. */
  quietBefore?: number
  quietBelow?: number
}

/** Commits of a chain that follow each other, whose entries are in the database. */
export interface ChainPart {
  shard: string
  fromNumber: number
  toNumber: number
  entries: number
  /** Last tick of the first one. */
  firstEpochEnd: number
}

const text = `
  SELECT c.shard, c.number, c.entries, c.epoch_end AS "epochEnd"
  FROM commits c JOIN ledger_layers l USING (world_id, layer)
  WHERE c.world_id = $1 AND c.layer = $2 AND c.archive_id IS NULL AND c.window_end <= l.closed_to
    AND c.epoch_end < greatest($3::int8, $4::int8)
    AND (c.epoch_end < $3 OR c.activity_sum < $5::float8::numeric * c.contributions)
  ORDER BY c.shard, c.number LIMIT 10000`

const maxCommits = 1_000
const maxEntries = 100_000

/**
 * Parts of the chains of a layer, each of at most 1,000 commits and about 100,000 entries, in windows that have their
 * manifests. The first ones: when they are archived, the next ones are.
 */
export const readArchivable = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  layer: LayerName,
  { beforeEpoch, quietBefore = 0, quietBelow = 0 }: Archivable,
): Promise<ChainPart[]> => {
  const values = [worldId, layer, beforeEpoch, quietBefore, quietBelow * quantaPerUnit]
  const { rows } = await client.query<{ shard: string; number: number; entries: number; epochEnd: number }>(
    prepared(text, values),
  )
  const parts: ChainPart[] = []
  for (const { shard, number, entries, epochEnd } of rows) {
    const part = parts.at(-1)
    const follows = part?.shard === shard && part.toNumber === number - 1
    if (follows && part.entries + entries <= maxEntries && number - part.fromNumber < maxCommits) {
      part.toNumber = number
      part.entries += entries
    } else parts.push({ shard, fromNumber: number, toNumber: number, entries, firstEpochEnd: epochEnd })
  }
  return parts
}
