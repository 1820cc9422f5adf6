import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { LayerKey } from '../ledger-store.ts'
import {
  type LinkEntryRow,
  type LinkRow,
  readIdleHeads,
  readLinkEntries,
  readLinks,
} from '../postgres/read-links.ts'
import { entryFromRow } from '../postgres/read-window-entries.ts'
import { type ArchiveReader, createArchiveReader } from './archive-reader.ts'
import { brokenAt, LedgerBroken } from './broken-link.ts'
import {
  type ChainPoint,
  chainStart,
  faultOfContents,
  faultOfEntryRows,
  faultOfFigures,
  faultOfHead,
  faultOfPlace,
  linkOf,
} from './check-link.ts'
import { readInherited } from './lineage.ts'

export interface VerifyContext {
  /** As orrery_background, in a transaction that sees one state of the database. */
  client: pg.ClientBase
  objects: ObjectStore
  /** The world, and those that it was forked of, its parent first. */
  lineage: readonly string[]
}

export interface CheckedChains {
  chains: number
  commits: number
  /** Of these with their entries in the archive. */
  archived: number
}

const linksAtOnce = 200
/** Entries that are read at once, but for a single commit that has more. */
const entriesAtOnce = 20_000

/**
 * Follows each chain of a layer from its first commit of this world to its head.
 *
 * @throws LedgerBroken at the first link that does not hold.
 */
export const verifyChains = async (
  context: VerifyContext,
  key: LayerKey,
  onCommits: (count: number) => void,
): Promise<CheckedChains> => {
  const { client } = context
  const checked: CheckedChains = { chains: 0, commits: 0, archived: 0 }
  const archive = createArchiveReader(context.objects)
  let last: LinkRow | undefined
  for (;;) {
    const rows = await readLinks(client, key, last, linksAtOnce)
    for (const group of groupsOf(rows)) {
      const here = await readLinkEntries(
        client,
        group.map((row) => row.key),
      )
      for (const row of group) {
        const isFirst = last?.shard !== row.shard
        if (isFirst && last !== undefined) checkHead(key, last)
        const before = isFirst ? await beginOf(context, key, row) : last!
        await checkLink(key, row, before, here.get(row.key) ?? [], archive)
        checked.chains += isFirst ? 1 : 0
        checked.archived += row.archiveId === null ? 0 : 1
        last = row
      }
      checked.commits += group.length
      onCommits(group.length)
    }
    if (rows.length < linksAtOnce) break
  }
  if (last !== undefined) checkHead(key, last)
  await checkIdleHeads(context, key)
  return checked
}

const groupsOf = (rows: readonly LinkRow[]): LinkRow[][] => {
  const groups: LinkRow[][] = []
  let entries = Number.POSITIVE_INFINITY
  for (const row of rows) {
    entries += row.entries
    if (entries > entriesAtOnce) {
      groups.push([])
      entries = row.entries
    }
    groups.at(-1)!.push(row)
  }
  return groups
}

/** What the first commit of a chain in this world follows: nothing, or a commit of an ancestor. */
const beginOf = async (
  { client, lineage }: VerifyContext,
  key: LayerKey,
  row: LinkRow,
): Promise<ChainPoint> => {
  if (row.number === 1) return chainStart
  const inherited = await readInherited(client, key, row.shard, row.number - 1)
  if (inherited === undefined && lineage.length > 1)
    throw brokenAt(key, row, `the world was forked without a commit ${row.number - 1} of the chain`)
  return inherited ?? chainStart
}

const checkLink = async (
  key: LayerKey,
  row: LinkRow,
  before: ChainPoint,
  here: readonly LinkEntryRow[],
  archive: ArchiveReader,
): Promise<void> => {
  const { shard, number } = row
  const { layer } = key
  if (number !== before.number + 1)
    throw new LedgerBroken({
      layer,
      shard,
      number: before.number + 1,
      what: `it is missing before number ${number}`,
    })
  const misplaced = faultOfPlace(key, row, before) ?? faultOfEntryRows(key, here)
  if (misplaced !== undefined) throw brokenAt(key, row, misplaced)
  if (row.archiveId !== null && here.length > 0)
    throw brokenAt(key, row, 'it is archived, and has entries in the database too')
  const entries = row.archiveId === null ? here.map(entryFromRow) : (await archive(key, row)).entries
  const wrong = faultOfContents(linkOf(key, row, entries)) ?? faultOfFigures(here)
  if (wrong !== undefined) throw brokenAt(key, row, wrong)
}

const checkHead = (key: LayerKey, last: LinkRow): void => {
  const wrong = faultOfHead(key, last.head, last)
  if (wrong !== undefined) throw brokenAt(key, last, wrong)
}

const headsAtOnce = 1_000

const idleStart = { ...chainStart, fromInput: 1 }

/** Of shards without a commit of this world: the head is a beginning, or that of an ancestor. */
const checkIdleHeads = async ({ client }: VerifyContext, key: LayerKey): Promise<void> => {
  for (let after = ''; ; ) {
    const rows = await readIdleHeads(client, key, after, headsAtOnce)
    for (const { shard, head } of rows) {
      const { number } = head
      const point = number === 0 ? idleStart : await readInherited(client, key, shard, number)
      const wrong =
        point === undefined
          ? `the head in ledger_shards is number ${number}, and there is no such commit`
          : faultOfHead(key, head, { ...point, seenInput: 0 })
      if (wrong !== undefined) throw new LedgerBroken({ layer: key.layer, shard, number, what: wrong })
    }
    if (rows.length < headsAtOnce) return
    after = rows.at(-1)!.shard
  }
}
