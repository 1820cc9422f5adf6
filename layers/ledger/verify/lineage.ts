import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerKey } from '../ledger-store.ts'
import { commitsOf } from '../postgres/of-ledger.ts'
import type { ChainPoint } from './check-link.ts'

/** Where a chain of a fork begins, and with which input. */
export interface InheritedPoint extends ChainPoint {
  fromInput: number
}

// as postgres/fork-shards.ts begins it
const inheritedText = `
  SELECT c.number, encode(c.hash, 'hex') AS hash, c.epoch_end AS "epochEnd",
    CASE WHEN l.source IS NULL THEN 1 ELSE c.from_input END AS "fromInput"
  FROM commits c JOIN ledger_layers l ON l.world_id = $1 AND l.layer = c.layer
  WHERE ${commitsOf()} AND c.world_id <> $1 AND c.layer = $2 AND c.shard = $3 AND c.number = $4`

/** The commit of that number in a chain that a fork has of its ancestors; undefined where there is none. */
export const readInherited = async (
  client: pg.ClientBase,
  { worldId, layer }: Pick<LayerKey, 'worldId' | 'layer'>,
  shard: string,
  number: number,
): Promise<InheritedPoint | undefined> =>
  (await client.query<InheritedPoint>(prepared(inheritedText, [worldId, layer, shard, number]))).rows[0]
