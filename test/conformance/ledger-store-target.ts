import type { LedgerStore } from '#ledger/ledger-store'
import type { ObjectStore } from '#platform/object-store/object-store'

/** A place for commits that a test made, with nothing in it. */
export interface LedgerStoreTarget {
  /** Of the module that exports `connect: Connect`, so that another process can do the same. */
  module: string
  /** What `connect` takes; travels as JSON. */
  settings: unknown
  /** One connection at a time: default many. */
  isExclusive?: boolean
  stop(): Promise<void>
}

export interface ConnectedStore {
  store: LedgerStore
  close(): Promise<void>
}

export type Connect = (settings: never, archive: ObjectStore) => Promise<ConnectedStore>

export const connectTo = async (
  { module, settings }: Pick<LedgerStoreTarget, 'module' | 'settings'>,
  archive: ObjectStore,
): Promise<ConnectedStore> => {
  const { connect } = (await import(module)) as { connect: Connect }
  return connect(settings as never, archive)
}
