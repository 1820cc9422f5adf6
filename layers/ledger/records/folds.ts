import { addCell, addCommit, type Cells } from '../cells.ts'
import { decodeCells, encodeCells } from '../cells-codec.ts'
import type { Commit } from '../commit.ts'
import { isInside } from '../place.ts'
import type { CommitHead, ReadEntries } from './entries.ts'
import { deleteParts, getParts, putParts } from './parts.ts'
import type { Chain } from './persist.ts'
import { fromJson, numberKey, type Partitions, type Records, shardKey, toJson } from './records.ts'

/**
 * A fold is made after so many commits of a chain: reading a tile adds up to so many commits to one.
 * A fold says what the commits from 1 to its number say of their cells; it is derived from them alone.
 */
export const foldEvery = 64

const foldName = 'cells'

/** The commits of a chain after a number, to the end; entries of some are read at once. */
async function* commitsAfter(
  records: Records,
  { heads }: Partitions,
  readEntries: ReadEntries,
  shard: string,
  after: number,
): AsyncGenerator<Commit> {
  for (let key = numberKey(after); ; ) {
    const page = await records.scan(heads(shard), key, readAtOnce)
    yield* await Promise.all(
      page.map(async ({ value }) => {
        const head = fromJson<CommitHead>(value)
        return { ...head, entries: await readEntries(head) }
      }),
    )
    if (page.length < readAtOnce) return
    key = page.at(-1)!.key
  }
}

const readAtOnce = 16

const loadFold = async (
  records: Records,
  { fold }: Partitions,
  { shard, foldedTo }: Chain,
): Promise<{ cells: Cells; number: number }> => {
  const bytes = foldedTo === 0 ? undefined : await getParts(records, fold(shard, foldedTo), foldName)
  // where it has just given way to a later one, or never came about, everything is read
  return bytes === undefined
    ? { cells: new Map(), number: 0 }
    : { cells: decodeCells(bytes), number: foldedTo }
}

/** Makes the next fold of a chain, where it has no gap up to there. The one before the last goes. */
export const makeFold = async (
  records: Records,
  partitions: Partitions,
  readEntries: ReadEntries,
  shard: string,
  toNumber: number,
): Promise<void> => {
  const value = await records.get(partitions.chains, shardKey(shard))
  const chain: Chain = value === undefined ? { shard, foldedTo: 0 } : fromJson(value)
  if (chain.foldedTo >= toNumber) return
  const { cells, number: from } = await loadFold(records, partitions, chain)
  let number = from
  for await (const commit of commitsAfter(records, partitions, readEntries, shard, from)) {
    if (commit.number !== number + 1 || number === toNumber) break
    addCommit(cells, commit)
    number = commit.number
  }
  if (number !== toNumber) return
  await putParts(records, partitions.fold(shard, toNumber), foldName, encodeCells(cells))
  await records.put(partitions.chains, shardKey(shard), toJson({ shard, foldedTo: toNumber } satisfies Chain))
  const old = chain.foldedTo - foldEvery
  if (old > 0) await deleteParts(records, partitions.fold(shard, old), foldName)
}

/** What all commits say of the cells inside a region. */
export const cellsInside = async (
  records: Records,
  partitions: Partitions,
  readEntries: ReadEntries,
  region: string,
): Promise<Cells> => {
  const cells: Cells = new Map()
  for await (const chain of chainsOf(records, partitions)) {
    const isWhole = isInside(chain.shard, region)
    if (!isWhole && !isInside(region, chain.shard)) continue
    // a cell comes again in commit after commit
    const known = new Map<string, boolean>()
    const isAsked = (name: string): boolean => {
      if (isWhole) return true
      if (!known.has(name)) known.set(name, isInside(name, region))
      return known.get(name)!
    }
    const fold = await loadFold(records, partitions, chain)
    for (const [name, cell] of fold.cells) if (isAsked(name)) addCell(cells, name, cell)
    for await (const commit of commitsAfter(records, partitions, readEntries, chain.shard, fold.number))
      addCommit(cells, { ...commit, entries: commit.entries.filter((entry) => isAsked(entry.region)) })
  }
  return cells
}

const chainPage = 1_000

async function* chainsOf(records: Records, { chains }: Partitions): AsyncGenerator<Chain> {
  for (let key = ''; ; ) {
    const page = await records.scan(chains, key, chainPage)
    for (const { value } of page) yield fromJson<Chain>(value)
    if (page.length < chainPage) return
    key = page.at(-1)!.key
  }
}
