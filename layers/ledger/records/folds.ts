import { addCell, addCommit, type Cells } from '../cells.ts'
import { decodeCells, encodeCells } from '../cells-codec.ts'
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

/** The heads of a chain after a number, to the end. */
async function* headsAfter(
  records: Records,
  { heads }: Partitions,
  shard: string,
  after: number,
): AsyncGenerator<CommitHead> {
  for (let key = numberKey(after); ; ) {
    const page = await records.scan(heads(shard), key, foldEvery)
    for (const { value } of page) yield fromJson<CommitHead>(value)
    if (page.length < foldEvery) return
    key = page.at(-1)!.key
  }
}

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
  for await (const head of headsAfter(records, partitions, shard, from)) {
    if (head.number !== number + 1 || number === toNumber) break
    addCommit(cells, { ...head, entries: await readEntries(head) })
    number = head.number
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
    if (!isInside(chain.shard, region) && !isInside(region, chain.shard)) continue
    const fold = await loadFold(records, partitions, chain)
    for (const [name, cell] of fold.cells) if (isInside(name, region)) addCell(cells, name, cell)
    for await (const head of headsAfter(records, partitions, chain.shard, fold.number)) {
      const entries = (await readEntries(head)).filter((entry) => isInside(entry.region, region))
      addCommit(cells, { ...head, entries })
    }
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
