import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { readArchivedBatch } from './archived-batch.ts'
import { addCell, addCommit, type Cells } from './cells.ts'
import type { Commit } from './commit.ts'
import { isInside } from './place.ts'
import type { WorldKey } from './postgres/append-segment.ts'
import {
  type ArchivedPart,
  copyUntouched,
  insertCells,
  type LayerCell,
  readCells,
  readKeptArchived,
  readLaterArchived,
  readTouched,
} from './postgres/fork-archived.ts'
import type { LedgerMoment } from './postgres/fork-ledger.ts'
import type { LayerName } from './settings.ts'

/**
 * As `forkGamma`, where entries that it needs are in the archive: a cell without later entries is as it stands, and any
 * other one is summed up from the entries that it had, of batches and of the database.
 *
 * @throws ArchiveDamaged
 */
export const forkArchivedGamma = async (
  client: pg.ClientBase,
  fork: WorldKey,
  source: LedgerMoment,
  archive: ObjectStore,
): Promise<void> => {
  const later = await readLaterArchived(client, source)
  const touched = touchedCells(await readTouched(client, source))
  for (const part of later)
    for (const { entries } of await commitsOfPart(archive, part))
      for (const { region } of entries) touch(touched, { layer: part.layer, region })

  const cells = new Map<LayerName, Cells>([...touched.keys()].map((layer) => [layer, new Map()]))
  for (const part of await readKeptArchived(client, fork.worldId)) {
    const regions = touched.get(part.layer)
    if (regions === undefined || !reaches(part.shard, regions)) continue
    for (const commit of await commitsOfPart(archive, part)) {
      const entries = commit.entries.filter(({ region }) => regions.has(region))
      addCommit(cells.get(part.layer)!, { ...commit, entries })
    }
  }
  const all = [...touched].flatMap(([layer, regions]) => [...regions].map((region) => ({ layer, region })))
  for (const { layer, region, cell } of await readCells(client, fork.worldId, all))
    addCell(cells.get(layer)!, region, cell)

  await copyUntouched(client, fork, source, all)
  const found = [...cells].flatMap(([layer, some]) =>
    [...some].map(([region, cell]) => ({ layer, region, cell })),
  )
  await insertCells(client, fork, found)
}

const touchedCells = (cells: readonly LayerCell[]): Map<LayerName, Set<string>> => {
  const touched = new Map<LayerName, Set<string>>()
  for (const cell of cells) touch(touched, cell)
  return touched
}

const touch = (touched: Map<LayerName, Set<string>>, { layer, region }: LayerCell): void => {
  const regions = touched.get(layer)
  if (regions === undefined) touched.set(layer, new Set([region]))
  else regions.add(region)
}

const reaches = (shard: string, regions: ReadonlySet<string>): boolean => {
  for (const region of regions) if (isInside(region, shard)) return true
  return false
}

const commitsOfPart = async (
  archive: ObjectStore,
  { key, sha256, commitIds }: ArchivedPart,
): Promise<Commit[]> => {
  const wanted = new Set(commitIds)
  return (await readArchivedBatch(archive, key, sha256)).filter(({ commitId }) => wanted.has(commitId))
}
