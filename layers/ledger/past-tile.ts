import type { ObjectStore } from '#platform/object-store/object-store'
import { addCell, addCommit, type Cell, type Cells, exponentOf, tileOf } from './cells.ts'
import { cellExponent } from './gamma.ts'
import type { ProjectionCell, TileQuery } from './ledger-store.ts'
import { isInside, regionAbove } from './place.ts'
import type { ArchivedCommits } from './postgres/read-archived.ts'
import { readArchivedCommits } from './read-archived-commits.ts'
import type { CellSize } from './settings.ts'

/**
 * Cells of a tile, of a size, from what the database says of those that were committed and what the archive adds to it.
 * Larger ones stay whole. @param objects asked for only where something is in the archive.
 */
export const pastTile = async (
  query: TileQuery,
  size: CellSize,
  stored: readonly { region: string; cell: Cell }[],
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
  return tileOf(coarser(cells, size), query)
}

const coarser = (cells: Cells, size: CellSize): Cells => {
  const larger: Cells = new Map()
  for (const [region, cell] of cells)
    addCell(larger, exponentOf(region) > cellExponent(size) ? region : regionAbove(region, size), cell)
  return larger
}
