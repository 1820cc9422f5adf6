import { isDeepStrictEqual } from 'node:util'
import { type Commit, type CommitEntry, commitIdOf, figuresOf, hashCommit, noHash } from '../commit.ts'
import type { LayerKey } from '../ledger-store.ts'
import { placeOf } from '../place.ts'
import { committedEntries } from '../postgres/append-events.ts'
import type { ArchiveRow, HeadRow, LinkEntryRow, LinkRow } from '../postgres/read-links.ts'
import { entryFromRow } from '../postgres/read-window-entries.ts'
import { firstFault } from './broken-link.ts'

/** Where a chain stands before a commit. */
export interface ChainPoint {
  number: number
  hash: string
  epochEnd: number
}

export const chainStart: ChainPoint = { number: 0, hash: noHash, epochEnd: 0 }

/** A commit of the database with its entries, wherever these are. */
export interface Link {
  row: LinkRow
  commit: Commit
}

/** The commit that a row and its entries make. */
export const linkOf = (key: LayerKey, row: LinkRow, entries: CommitEntry[]): Link => {
  const { commitId, tenantId, shard, number, epochStart, epochEnd, windowEnd, previousHash, hash } = row
  const { fromInput, seenInput } = row
  const commit: Commit = {
    ...{ commitId, tenantId, worldId: key.worldId, layer: key.layer, shard, number, epochStart, epochEnd },
    ...{ windowEnd, previousHash, hash, entries, fromInput, seenInput, committedAt: '' },
  }
  return { row, commit }
}

/** What is wrong with the place of a commit in its chain; undefined: nothing. */
export const faultOfPlace = ({ tenantId }: LayerKey, row: LinkRow, before: ChainPoint): string | undefined =>
  firstFault(
    () => fault(row.previousHash === before.hash, `its previous_hash is not the hash of ${nameOf(before)}`),
    () => fault(row.epochStart > before.epochEnd, 'its span begins before the one before it has ended'),
    () => fault(row.epochStart <= row.epochEnd, 'its span ends before it begins'),
    () => fault(row.epochEnd <= row.windowEnd, 'its span ends after its window'),
    () => fault(row.tenantId === tenantId, 'it is another tenant’s'),
  )

const nameOf = ({ number }: ChainPoint): string => (number === 0 ? 'a beginning' : `commit ${number}`)

const fault = (holds: boolean, what: string): string | undefined => (holds ? undefined : what)

/** What is wrong with what a commit says of itself; undefined: nothing. */
export const faultOfContents = ({ row, commit }: Link): string | undefined => {
  const { entries } = commit
  const sum = (of: (entry: CommitEntry) => bigint) => String(entries.reduce((all, one) => all + of(one), 0n))
  return firstFault(
    () => fault(hashCommit(commit) === commit.hash, 'its hash does not match its contents'),
    () => fault(commitIdOf(commit) === commit.commitId, 'its id is not that of its world, shard and span'),
    () => fault(row.entries === entries.length, `it has ${entries.length} entries, and says ${row.entries}`),
    () =>
      fault(row.contributions === sum(({ count }) => count), 'contributions is not the sum of its entries'),
    () => fault(row.activitySum === sum((one) => one.activitySum), 'activity_sum is not that of its entries'),
    () => fault(row.isSealed, 'its seal does not match its inputs, cause, tenant and time'),
    () => faultOfEvents(row.events, commit),
  )
}

const faultOfEvents = (events: readonly unknown[], commit: Commit): string | undefined => {
  if (events.length === 0) return 'its event commit.entries.v1 is missing'
  if (events.length > 1) return `it has ${events.length} events commit.entries.v1`
  const isSame = isDeepStrictEqual(events[0], committedEntries(commit))
  return fault(isSame, 'its event commit.entries.v1 says something else')
}

/** What is wrong with rows of entries: columns that repeat others. undefined: nothing. */
export const faultOfEntryRows = (
  { worldId, tenantId, layer }: LayerKey,
  rows: readonly LinkEntryRow[],
): string | undefined => {
  for (const row of rows) {
    const isOurs = row.world_id === worldId && row.tenant_id === tenantId && row.layer === layer
    if (!isOurs) return `its entry of ${row.region} is of another world, tenant or layer`
    try {
      if (!placeOf(row.region).equals(row.place)) return `its entry of ${row.region} is at another place`
      const { weight, activityMean, activityVar } = figuresOf(entryFromRow(row))
      if (row.weight !== weight || row.activity_mean !== activityMean || row.activity_var !== activityVar)
        return `weight, mean or variance of its entry of ${row.region} are not those of its sums`
    } catch (error) {
      return `its entry of ${row.region} cannot be read: ${(error as Error).message}`
    }
  }
  return undefined
}

/** What is wrong with the row of an archive that a batch was read by; undefined: nothing. */
export const faultOfArchive = (
  { worldId, tenantId, layer }: LayerKey,
  shard: string,
  archive: ArchiveRow,
  batch: readonly Commit[],
): string | undefined => {
  const [first, last] = [batch[0], batch.at(-1)]
  const isOurs =
    archive.worldId === worldId &&
    archive.tenantId === tenantId &&
    archive.layer === layer &&
    archive.shard === shard
  const isRange =
    archive.fromNumber === first?.number &&
    archive.toNumber === last?.number &&
    archive.epochStart === first.epochStart &&
    archive.epochEnd === last.epochEnd
  return fault(isOurs && isRange, `the row of its archive ${archive.key} does not say what is in it`)
}

/** What is wrong with the row of a shard, by the last commit of its chain; undefined: nothing. */
export const faultOfHead = (
  { tenantId }: LayerKey,
  head: HeadRow | null,
  last: ChainPoint & { fromInput: number; seenInput: number },
): string | undefined => {
  if (head === null) return 'its shard has no row in ledger_shards'
  const isHead = head.number === last.number && head.hash === last.hash
  const isState =
    head.committedTo === last.epochEnd &&
    head.fromInput === last.fromInput &&
    head.seenInput === last.seenInput
  return firstFault(
    () => fault(isHead, `the head in ledger_shards is number ${head.number}, ${head.hash}`),
    () =>
      fault(
        isState && head.tenantId === tenantId,
        'the state in ledger_shards is not that after the last commit',
      ),
  )
}
