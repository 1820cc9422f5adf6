import type { Log } from '#platform/telemetry/log'
import type { FollowingAdapter } from './follow.ts'
import type { LedgerStore } from './ledger-store.ts'

export interface OpenedStore {
  store: LedgerStore
  close(): Promise<void>
}

/** How a host opens the store of each adapter; or, for one that it does not offer, what is to be set so that it does. */
export type StoreOpeners = Readonly<
  Record<FollowingAdapter, (() => Promise<OpenedStore>) | { toOffer: string }>
>

/** The stores of one process that commits are copied to, each opened when it is first used. */
export interface Copies {
  /** Where the commits are: the store in PostgreSQL. */
  source: Pick<LedgerStore, 'queryCommit'>
  offered: readonly FollowingAdapter[]
  /** Throws what opening throws, and then opens it anew the next time. */
  openStore(adapter: FollowingAdapter): Promise<LedgerStore>
  /** Says what is to be set for an adapter that is not offered; once for each. */
  reportMissing(adapter: FollowingAdapter): void
  /** Of chains: how far their copies go, as far as this process knows. */
  copied: Map<string, number>
  close(): Promise<void>
}

export interface CopiesOptions {
  source: Copies['source']
  openers: StoreOpeners
  log: Log
}

export const createCopies = ({ source, openers, log }: CopiesOptions): Copies => {
  const opened = new Map<FollowingAdapter, Promise<OpenedStore>>()
  const reported = new Set<FollowingAdapter>()
  const adapters = Object.keys(openers) as FollowingAdapter[]
  return {
    source,
    offered: adapters.filter((adapter) => typeof openers[adapter] === 'function'),
    openStore: async (adapter) => {
      const open = openers[adapter]
      if (typeof open !== 'function') throw new AdapterNotOffered(adapter, open.toOffer)
      const opening = opened.get(adapter) ?? open()
      opened.set(adapter, opening)
      try {
        return (await opening).store
      } catch (error) {
        opened.delete(adapter)
        throw error
      }
    },
    reportMissing: (adapter) => {
      const open = openers[adapter]
      if (typeof open === 'function' || reported.has(adapter)) return
      reported.add(adapter)
      log(`ledger: ${new AdapterNotOffered(adapter, open.toOffer).message}`, { level: 'error' })
    },
    copied: new Map(),
    close: async () => {
      const stores = await Promise.allSettled(opened.values())
      opened.clear()
      for (const result of stores) if (result.status === 'fulfilled') await result.value.close()
    },
  }
}

/** A world's settings name an adapter that this host has no store for. */
class AdapterNotOffered extends Error {
  readonly code = 'adapter-not-offered'

  constructor(adapter: FollowingAdapter, toOffer: string) {
    super(
      `a world's settings name the adapter ${adapter}, which is not offered here: ${toOffer}. Its commits go on, their copy waits`,
    )
  }
}
