import type { ObjectStore } from '#platform/object-store/object-store'
import { objectLedgerStore } from '../adapters/object-store.ts'
import type { OpenedStore } from '../copies.ts'

/** Objects under `ledger/`, beside what else the store holds. */
export const openObjectStore = async (objects: ObjectStore): Promise<OpenedStore> => ({
  store: objectLedgerStore({ objects, archive: objects }),
  close: async () => {},
})
