import { randomUUID } from 'node:crypto'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { LedgerStore } from '../ledger-store.ts'
import { recordLedgerStore } from '../records/record-store.ts'
import { hasClaims, type Records } from '../records/records.ts'

export interface ObjectLedgerOptions {
  /** Where a listing shows what was put before it, as S3 and files do. */
  objects: ObjectStore
  archive: ObjectStore
}

/** Commits as objects, `ledger/TENANT/WORLD/LAYER/…`: for what is written once and seldom read. */
export const objectLedgerStore = ({ objects, archive }: ObjectLedgerOptions): LedgerStore =>
  recordLedgerStore(objectRecords(objects), archive)

const objectRecords = (objects: ObjectStore): Records => {
  const pathOf = (partition: string, key: string): string =>
    `ledger/${partition}/${key}${hasClaims(partition) ? `/${kept}` : ''}`
  return {
    maxValueBytes: 64 * 2 ** 20,
    get: (partition, key) => objects.get(pathOf(partition, key)),
    put: (partition, key, value) => objects.put(pathOf(partition, key), value),
    claim: (partition, key, value, tag) => claim(objects, `ledger/${partition}/${key}/`, value, tag),
    delete: async (partition, key) => {
      if (!hasClaims(partition)) return objects.delete(pathOf(partition, key))
      for (const name of await objects.list(`ledger/${partition}/${key}/`)) await objects.delete(name)
    },
    scan: async (partition, after, limit) => {
      const keys = (await objects.list(`ledger/${partition}/`))
        .filter((name) => !hasClaims(partition) || name.endsWith(`/${kept}`))
        .map((name) => name.slice(`ledger/${partition}/`.length).split('/')[0]!)
        .filter((key) => key > after)
        .slice(0, limit)
      return readAll(
        objects,
        keys.map((key) => ({ key, path: pathOf(partition, key) })),
      )
    },
  }
}

const kept = 'kept'

/**
 * There is no conditional put here. So each writes its claim under a name of its own, then looks: who sees no other
 * value claimed keeps his. Of two with different values the later one sees the earlier one's claim, so never both do.
 */
const claim = async (
  objects: ObjectStore,
  base: string,
  value: Buffer,
  tag: string,
): Promise<Buffer | undefined> => {
  const before = await objects.get(base + kept)
  if (before !== undefined) return before
  const own = `${base}${tag}-${randomUUID()}`
  await objects.put(own, value)
  const names = await objects.list(base)
  if (names.includes(base + kept)) return objects.get(base + kept)
  if (names.every((name) => name.startsWith(base + tag))) {
    await objects.put(base + kept, value)
    return value
  }
  await objects.delete(own)
  return undefined
}

const readAll = async (objects: ObjectStore, wanted: { key: string; path: string }[]) => {
  const records: { key: string; value: Buffer }[] = []
  for (let at = 0; at < wanted.length; at += 32) {
    const read = wanted
      .slice(at, at + 32)
      .map(async ({ key, path }) => ({ key, value: await objects.get(path) }))
    for (const { key, value } of await Promise.all(read))
      if (value !== undefined) records.push({ key, value })
  }
  return records
}
