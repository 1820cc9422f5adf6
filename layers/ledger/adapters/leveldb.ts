import type { ClassicLevel } from 'classic-level'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { LedgerStore } from '../ledger-store.ts'
import { recordLedgerStore } from '../records/record-store.ts'
import type { Records } from '../records/records.ts'

/** Keys are texts, values bytes: `new ClassicLevel(path, levelOptions)`. */
export const levelOptions = { keyEncoding: 'utf8', valueEncoding: 'buffer' } as const

export type LevelDatabase = ClassicLevel<string, Buffer>

export interface LevelLedgerOptions {
  /** Open, of one process, and of this store alone: claims are taken in turn in here. */
  database: LevelDatabase
  archive: ObjectStore
}

/** Commits in LevelDB, which is a folder of files that one process has open. */
export const levelLedgerStore = ({ database, archive }: LevelLedgerOptions): LedgerStore =>
  recordLedgerStore(levelRecords(database), archive)

const levelRecords = (database: LevelDatabase): Records => {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work)
    last = next.catch(() => {})
    return next
  }
  return {
    maxValueBytes: 16 * 2 ** 20,
    get: (partition, key) => database.get(`${partition}!${key}`),
    put: (partition, key, value) => database.put(`${partition}!${key}`, value),
    claim: (partition, key, value) =>
      inTurn(async () => {
        const kept = await database.get(`${partition}!${key}`)
        if (kept !== undefined) return kept
        // the log is one: all that was written before is durable with it
        await database.put(`${partition}!${key}`, value, { sync: true })
        return value
      }),
    delete: (partition, key) => database.del(`${partition}!${key}`),
    scan: async (partition, after, limit) => {
      const range = { gt: `${partition}!${after}`, lt: `${partition}"`, limit }
      const entries = await database.iterator(range).all()
      return entries.map(([name, value]) => ({ key: name.slice(partition.length + 1), value }))
    },
  }
}
