import type { ObjectStore } from '#platform/object-store/object-store'
import { addCell, addCommit, type Cell, type Cells, tileOf } from './cells.ts'
import { coarsen } from './coarsen.ts'
import type { ProjectionCell, TileQuery } from './ledger-store.ts'
import { isInside } from './place.ts'
import type { ArchivedCommits } from './postgres/read-archived.ts'
import { readArchivedCommits } from './read-archived-commits.ts'
import type { CellSize } from './settings.ts'

/** What commits say of a cell, or some of them. */
export interface StoredCell {
  region: string
  cell: Cell
}

/**
 * Cells of a tile, from what the database says of them and what the archive adds to it.
 *
 * @param size where it is larger than that of the cells that were committed; undefined: as they were committed.
 * @param objects asked for only where something is in the archive.
 */
export const pastTile = async (
  query: TileQuery,
  size: CellSize | undefined,
  stored: readonly StoredCell[],
  archived: readonly ArchivedCommits[],
  objects: () => ObjectStore,
): Promise<ProjectionCell[]> => {
  const cells: Cells = new Map()
  for (const { region, cell } of stored) addCell(cells, region, cell)
  for (const { key, shard, commitIds } of archived) {
    if (!isInside(shard, query.region) && !isInside(query.region, shard)) continue
    for (const commit of await readArchivedCommits(objects(), key, commitIds)) {
      const entries = commit.entries.filter(({ region }) => isInside(region, query.region))
      addCommit(cells, { ...commit, entries })
    }
  }
  return size === undefined ? tileOf(cells, query) : coarsen(cells, size, query)
}
