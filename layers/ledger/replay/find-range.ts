import type pg from 'pg'
import { noHash } from '../commit.ts'
import type { ChainRange, LayerKey } from '../ledger-store.ts'
import { commitsOf } from '../postgres/of-ledger.ts'
import type { LayerName } from '../settings.ts'
import type { ShardState } from '../spans.ts'

/** The two commits do not name a part of one chain; the message says why. */
class NotAChain extends Error {
  readonly code = 'not-a-chain'
}

/** A part of a chain, and which inputs it was made of. */
export interface ReplayRange extends ChainRange {
  /** After the commit before it. */
  state: ShardState
  /** The last input that its commits may have used. */
  lastInput: number
}

interface CommitRow {
  commitId: string
  layer: LayerName
  shard: string
  number: number
  seenInput: number
}

const commitsText = `
  SELECT commit_id AS "commitId", layer, shard, number, seen_input AS "seenInput" FROM commits
  WHERE world_id = $1 AND commit_id = ANY ($2::uuid[])`

/** @throws NotAChain */
export const findRange = async (
  pool: pg.Pool,
  key: LayerKey,
  from: string,
  to: string,
): Promise<ReplayRange> => {
  const { rows } = await pool.query<CommitRow>(commitsText, [key.worldId, [from, to]])
  const [first, last] = [from, to].map((id) => commitOf(rows, key, id)) as [CommitRow, CommitRow]
  const { shard, number } = first
  if (last.shard !== shard)
    throw new NotAChain(`commit ${from} is of shard ${shard}, and ${to} of shard ${last.shard}`)
  if (last.number < number)
    throw new NotAChain(
      `commit ${from} is number ${number} of its chain, behind ${to}, number ${last.number}`,
    )
  const state = await stateBefore(pool, key, shard, number)
  return { ...key, shard, fromNumber: number, toNumber: last.number, state, lastInput: last.seenInput }
}

const commitOf = (rows: readonly CommitRow[], { worldId, layer }: LayerKey, id: string): CommitRow => {
  const found = rows.find(({ commitId }) => commitId === id.toLowerCase())
  if (found === undefined) throw new NotAChain(`world ${worldId} has no commit ${id} of its own`)
  if (found.layer !== layer) throw new NotAChain(`commit ${id} is of layer ${found.layer}, not ${layer}`)
  return found
}

type Before = Pick<ShardState, 'number' | 'hash' | 'committedTo' | 'fromInput' | 'seenInput'>

const beforeText = `
  SELECT number, encode(hash, 'hex') AS hash, epoch_end AS "committedTo", from_input AS "fromInput", seen_input AS "seenInput"
  FROM commits WHERE world_id = $1 AND layer = $2 AND shard = $3 AND number = $4`

// as postgres/fork-shards.ts begins a chain of a fork
const inheritedText = `
  SELECT c.number, encode(c.hash, 'hex') AS hash, c.epoch_end AS "committedTo",
    CASE WHEN l.source IS NULL THEN 1 ELSE c.from_input END AS "fromInput"
  FROM commits c JOIN ledger_layers l ON l.world_id = $1 AND l.layer = c.layer
  WHERE ${commitsOf()} AND c.world_id <> $1 AND c.layer = $2 AND c.shard = $3 AND c.number = $4`

/** As it was when the engine began with that commit: a fork takes up a chain with no tick behind it. */
const stateBefore = async (
  pool: pg.Pool,
  { worldId, tenantId, layer }: LayerKey,
  shard: string,
  number: number,
): Promise<ShardState> => {
  const key = { tenantId, worldId, layer, shard }
  const start = { number: 0, hash: noHash, committedTo: 0, fromInput: 1, seenInput: 0 }
  if (number === 1) return { ...key, ...start }
  const { rows: own } = await pool.query<Before>(beforeText, [worldId, layer, shard, number - 1])
  if (own[0] !== undefined) return { ...key, ...own[0] }
  const { rows } = await pool.query<Before>(inheritedText, [worldId, layer, shard, number - 1])
  if (rows[0] === undefined) throw new NotAChain(`commit ${number - 1} of shard ${shard} is missing`)
  return { ...key, ...start, ...rows[0] }
}
