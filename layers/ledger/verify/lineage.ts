import type pg from 'pg'
import { int8Array, uuidArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { LayerKey } from '../ledger-store.ts'
import type { Lineage } from '../postgres/fork-ledger.ts'
import { ledgerAncestors } from '../postgres/ledger-ancestors.ts'
import type { ChainPoint } from './check-link.ts'

/** The worlds whose commits are a world's ledger, itself first, and how far each one's log counts. */
export interface LedgerLineage {
  worlds: { worldId: string; upToSeq: number }[]
}

export const readLineage = async (client: pg.ClientBase, worldId: string): Promise<LedgerLineage> => ({
  worlds: [{ worldId, upToSeq: Number.MAX_SAFE_INTEGER }, ...(await ledgerAncestors(client, worldId))],
})

/** `$1` and `$2` of statements with `laterCommits`: some of the worlds. */
export const lineageArrays = (worlds: LedgerLineage['worlds']): Lineage => [
  uuidArray(worlds.map(({ worldId }) => worldId)),
  int8Array(worlds.map(({ upToSeq }) => upToSeq)),
]

const inheritedText = `
  SELECT c.number, encode(c.hash, 'hex') AS hash, c.epoch_end AS "epochEnd"
  FROM unnest($1::uuid[], $2::int8[]) AS u (world_id, seq) JOIN commits c USING (world_id)
  WHERE c.layer = $3 AND c.shard = $4 AND c.number = $5 AND EXISTS (
    SELECT FROM world_events e WHERE e.type = 'commit.entries.v1' AND e.world_id = c.world_id
      AND e.data ->> 'commitId' = c.commit_id::text AND e.seq <= u.seq)`

/** The commit of that number in a chain that a fork has of its ancestors; undefined where there is none. */
export const readInherited = async (
  client: pg.ClientBase,
  { worlds }: LedgerLineage,
  { layer }: Pick<LayerKey, 'layer'>,
  shard: string,
  number: number,
): Promise<ChainPoint | undefined> => {
  if (worlds.length === 1) return undefined
  const values = [...lineageArrays(worlds.slice(1)), layer, shard, number]
  return (await client.query<ChainPoint>(prepared(inheritedText, values))).rows[0]
}
