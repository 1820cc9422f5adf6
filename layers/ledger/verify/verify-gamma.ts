import { readArchivedBatch } from '../archived-batch.ts'
import type { LayerKey } from '../ledger-store.ts'
import { placeOf, placesInside } from '../place.ts'
import {
  type CellEntryRow,
  type GammaRow,
  type LedgerPart,
  type PlaceRange,
  readArchivedParts,
  readCellEntries,
  readGammaRows,
  readPlaceAfter,
} from '../postgres/read-cell-entries.ts'
import { entryFromRow } from '../postgres/read-window-entries.ts'
import { LedgerBroken } from './broken-link.ts'
import { addToCell, type CellSums } from './cell-sums.ts'
import { faultOfCell } from './check-cell.ts'
import type { VerifyContext } from './verify-chains.ts'

/** Cells that are summed up at once: what bounds the memory, and how often an archive is read. */
const cellsAtOnce = 100_000
const rowsAtOnce = 20_000
const archivesAtOnce = 100

/**
 * Sums up the entries of all commits of a layer, archived ones and those of ancestors too, and compares each cell of gamma with
 * that; answers how many cells there are. The chains must hold.
 *
 * @throws LedgerBroken
 */
export const verifyGamma = async (context: VerifyContext, key: LayerKey): Promise<number> => {
  const { client } = context
  let cells = 0
  for (let from: Buffer | null = placesInside('*').first; from !== null; ) {
    const to: Buffer | null = await readPlaceAfter(client, key.worldId, key.layer, from, cellsAtOnce)
    const range: PlaceRange = [from, to]
    const sums = new Map<string, CellSums>()
    for (const [generation, ofWorldId] of context.lineage.entries()) {
      const part = { worldId: key.worldId, ofWorldId, generation }
      await addEntries(context, key, range, part, sums)
      await addArchived(context, key, range, part, sums)
    }
    cells += await compare(context, key, range, sums)
    from = to
  }
  return cells
}

type Part = LedgerPart & { generation: number }

const addEntries = async (
  context: VerifyContext,
  { layer }: LayerKey,
  range: PlaceRange,
  part: Part,
  sums: Map<string, CellSums>,
): Promise<void> => {
  const { generation } = part
  for (let last: CellEntryRow | undefined; ; ) {
    const rows = await readCellEntries(context.client, part, layer, range, last, rowsAtOnce)
    for (const row of rows) {
      if (row.is_later) continue
      const { commit_id: commitId, shard, number, epoch_start: epochStart } = row
      const { epoch_end: epochEnd, window_end: windowEnd } = row
      const origin = { generation, commitId, shard, number, epochStart, epochEnd, windowEnd }
      addToCell(sums, entryFromRow(row), origin)
    }
    if (rows.length < rowsAtOnce) return
    last = rows.at(-1)!
  }
}

const addArchived = async (
  context: VerifyContext,
  { layer }: LayerKey,
  range: PlaceRange,
  part: Part,
  sums: Map<string, CellSums>,
): Promise<void> => {
  const { generation } = part
  for (let after: string | null = null; ; ) {
    const parts = await readArchivedParts(context.client, part, layer, after, archivesAtOnce)
    for (const { key, sha256, shard, commitIds } of parts) {
      if (!overlaps(range, shard)) continue
      const wanted = new Set(commitIds)
      for (const commit of await readArchivedBatch(context.objects, key, sha256)) {
        if (!wanted.has(commit.commitId)) continue
        for (const entry of commit.entries) {
          if (isIn(range, placeOf(entry.region))) addToCell(sums, entry, { ...commit, generation })
        }
      }
    }
    if (parts.length < archivesAtOnce) return
    after = parts.at(-1)!.archiveId
  }
}

const isIn = ([from, to]: PlaceRange, place: Buffer): boolean =>
  Buffer.compare(place, from) >= 0 && (to === null || Buffer.compare(place, to) < 0)

const overlaps = ([from, to]: PlaceRange, shard: string): boolean => {
  const { first, end } = placesInside(shard)
  return Buffer.compare(end, from) > 0 && (to === null || Buffer.compare(first, to) < 0)
}

const compare = async (
  { client }: VerifyContext,
  key: LayerKey,
  range: PlaceRange,
  sums: Map<string, CellSums>,
): Promise<number> => {
  let cells = 0
  for (let after: GammaRow | undefined; ; ) {
    const rows = await readGammaRows(client, key.worldId, key.layer, range, after, rowsAtOnce)
    for (const row of rows) {
      const what = faultOfCell(key, row, sums.get(row.region))
      if (what !== undefined) throw new LedgerBroken({ layer: key.layer, region: row.region, what })
      sums.delete(row.region)
    }
    cells += rows.length
    if (rows.length < rowsAtOnce) break
    after = rows.at(-1)!
  }
  const [region] = sums.keys()
  if (region === undefined) return cells
  throw new LedgerBroken({
    layer: key.layer,
    region,
    what: 'commits have entries of it, and gamma has no cell',
  })
}
