import type pg from 'pg'
import type { Consumer } from '#relay/consumer'
import type { WorldEvent } from '#world/event'
import { worldSettings } from '#world/settings'
import { ArchiveDamaged, CommitConflict, type LayerKey, type LedgerStore } from './ledger-store.ts'
import { type ChainLink, readChain } from './postgres/read-chain.ts'
import type { adapterNames, LayerName } from './settings.ts'

/** Each but PostgreSQL, where all commits are. */
export type FollowingAdapter = Exclude<(typeof adapterNames)[number], 'postgres'>

export interface FollowerOptions {
  /** Where the commits are: the store in PostgreSQL. */
  source: Pick<LedgerStore, 'queryCommit'>
  /** The same store each time. What it throws, and what the store throws, is an outage. */
  openStore(): Promise<LedgerStore>
  /** Of chains: how far their copies go, as far as this process knows. It is kept up; default: nothing is known. */
  copied?: Map<string, number>
  /** Asked between commits; where it is false the turn ends with `CopyUnfinished`. Default: it never is. */
  hasTime?: () => boolean
}

/** SQLSTATE class 58, what lies outside PostgreSQL: consumers try the event again and do not count it as failed. */
const outside = '58000'

/** The store that follows is away; its commits come later. */
export class FollowingStoreAway extends Error {
  readonly code = outside

  constructor(adapter: FollowingAdapter, cause: unknown) {
    super(`the ledger's copy in ${adapter} is away: ${(cause as Error).message}`, { cause })
  }
}

/** The turn's time is over. What was copied stays, and the next turn goes on behind it. */
export class CopyUnfinished extends Error {
  readonly code = outside
}

/** Names the cursors of an adapter's follower: each adapter has its own, so that one which is away keeps no other waiting. */
export const followerName = (adapter: FollowingAdapter): string => `ledger-follower-${adapter}`

/**
 * Copies the commits of layers whose setting `adapter` is this one there, each chain in its order. What
 * the copy lacks before a commit, since it was away or the setting is new, is copied with it. Its effect lies outside the
 * transaction of the cursor, and is the same when it comes again.
 */
export const createFollower = (
  adapter: FollowingAdapter,
  { source, openStore, copied = new Map(), hasTime = () => true }: FollowerOptions,
): Consumer => {
  const away = (error: unknown): never => {
    if (error instanceof CommitConflict || error instanceof ArchiveDamaged) throw error
    throw new FollowingStoreAway(adapter, error)
  }
  return {
    name: followerName(adapter),
    apply: async (client, { worldId, tenantId }, events) => {
      if (!hasTime()) throw new CopyUnfinished()
      const commits = events.filter((event) => event.type === 'commit.entries.v1')
      if (commits.length === 0) return
      const layers = await readLayersOf(client, worldId, adapter)
      for (const [name, some] of Map.groupBy(commits, chainName)) {
        const { layer, shard, number } = some.at(-1)!.data
        if (!layers.has(layer as LayerName)) continue
        const chain: Chain = { tenantId, worldId, layer: layer as LayerName, shard }
        const key = `${adapter} ${worldId} ${name}`
        const store = await openStore().catch(away)
        const from = copied.get(key) ?? (await copiedTo(client, store, chain, number).catch(away))
        copied.set(key, from)
        for await (const link of linksBetween(client, chain, from, number)) {
          if (!hasTime()) throw new CopyUnfinished()
          const commit = await source.queryCommit(chain, link.commitId)
          if (commit === undefined) throw new Error(`commit ${link.commitId} is not in PostgreSQL`)
          await store.persistCommit(commit).catch(away)
          copied.set(key, link.number)
        }
      }
    },
  }
}

type CommitEvent = Extract<WorldEvent, { type: 'commit.entries.v1' }>

interface Chain extends LayerKey {
  shard: string
}

const chainName = ({ data: { layer, shard } }: CommitEvent): string => `${layer} ${shard}`

const readLayersOf = async (
  client: pg.ClientBase,
  worldId: string,
  adapter: FollowingAdapter,
): Promise<Set<LayerName>> => {
  const { rows } = await client.query('SELECT settings FROM worlds WHERE world_id = $1', [worldId])
  const { layers } = worldSettings.parse(rows[0]?.settings ?? {}).ledger
  return new Set(layers.filter((layer) => layer.adapter === adapter).map(({ name }) => name))
}

/** The last commit that the copy has of a chain, before `number`; 0 where it has none. It has all before that one. */
const copiedTo = async (
  client: pg.ClientBase,
  store: LedgerStore,
  chain: Chain,
  number: number,
): Promise<number> => {
  let [low, high] = [0, number - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const [link] = await readChain(client, chain, middle - 1, number, 1)
    // the chain of a fork begins later than with 1
    const isThere = link !== undefined && (await store.queryCommit(chain, link.commitId)) !== undefined
    if (isThere) low = Math.min(link.number, high)
    else high = middle - 1
  }
  return low
}

const linksAtOnce = 500

async function* linksBetween(
  client: pg.ClientBase,
  chain: Chain,
  from: number,
  to: number,
): AsyncGenerator<ChainLink> {
  for (let after = from; ; ) {
    const links = await readChain(client, chain, after, to, linksAtOnce)
    yield* links
    if (links.length < linksAtOnce) return
    after = links.at(-1)!.number
  }
}
