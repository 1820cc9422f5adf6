import { readArchivedBatch } from '../archived-batch.ts'
import type { LayerKey } from '../ledger-store.ts'
import { placeOf, placesInside } from '../place.ts'
import {
  type CellEntryRow,
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
import { lineageArrays } from './lineage.ts'
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
    for (let generation = 0; generation < context.lineage.worlds.length; generation++) {
      await addEntries(context, key, range, generation, sums)
      await addArchived(context, key, range, generation, sums)
    }
    cells += await compare(context, key, range, sums)
    from = to
  }
  return cells
}

const worldOf = ({ lineage }: VerifyContext, generation: number) =>
  lineageArrays([lineage.worlds[generation]!])

const addEntries = async (
  context: VerifyContext,
  { layer }: LayerKey,
  range: PlaceRange,
  generation: number,
  sums: Map<string, CellSums>,
): Promise<void> => {
  const world = worldOf(context, generation)
  for (let last: CellEntryRow | undefined; ; ) {
    const rows = await readCellEntries(context.client, world, layer, range, last, rowsAtOnce)
    for (const row of rows) {
      const { commit_id: commitId, shard, number, epoch_start: epochStart } = row
      const { epoch_end: epochEnd, window_end: windowEnd } = row
      const origin = { generation, commitId, shard, number, epochStart, epochEnd, windowEnd }
      addToCell(sums, row.place.toString('hex'), entryFromRow(row), origin)
    }
    if (rows.length < rowsAtOnce) return
    last = rows.at(-1)!
  }
}

const addArchived = async (
  context: VerifyContext,
  { layer }: LayerKey,
  range: PlaceRange,
  generation: number,
  sums: Map<string, CellSums>,
): Promise<void> => {
  const world = worldOf(context, generation)
  for (let after: string | null = null; ; ) {
    const parts = await readArchivedParts(context.client, world, layer, after, archivesAtOnce)
    for (const { key, sha256, shard, commitIds } of parts) {
      if (!overlaps(range, shard)) continue
      const wanted = new Set(commitIds)
      for (const commit of await readArchivedBatch(context.objects, key, sha256)) {
        if (!wanted.has(commit.commitId)) continue
        for (const entry of commit.entries) {
          const place = placeOf(entry.region)
          if (isIn(range, place)) addToCell(sums, place.toString('hex'), entry, { ...commit, generation })
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
  for (let after: Buffer | null = null; ; ) {
    const rows = await readGammaRows(client, key.worldId, key.layer, range, after, rowsAtOnce)
    for (const row of rows) {
      const place = row.place.toString('hex')
      const what = faultOfCell(key, row, sums.get(place))
      if (what !== undefined) throw new LedgerBroken({ layer: key.layer, region: row.region, what })
      sums.delete(place)
    }
    cells += rows.length
    if (rows.length < rowsAtOnce) break
    after = rows.at(-1)!.place
  }
  const [missing] = sums.values()
  if (missing === undefined) return cells
  const [region] = missing.regions
  throw new LedgerBroken({
    layer: key.layer,
    region: region!,
    what: 'commits have entries of it, and gamma has no cell',
  })
}
