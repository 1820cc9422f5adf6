import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { objectLedgerStore } from '#ledger/adapters/object-store'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { Connect, LedgerStoreTarget } from '../ledger-store-target.ts'

/** Objects as files in a folder of their own. */
export const openFiles = async (): Promise<LedgerStoreTarget> => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-ledger-objects-'))
  return {
    module: import.meta.url,
    settings: folder,
    stop: async () => rmSync(folder, { recursive: true }),
  }
}

export const connect: Connect = async (path: string, archive) => ({
  store: objectLedgerStore({ objects: filesystemObjectStore(path), archive }),
  close: async () => {},
})
