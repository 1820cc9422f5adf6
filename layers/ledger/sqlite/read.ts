import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { ObjectStore } from '#platform/object-store/object-store'
import { readArchivedBatch } from '../archived-batch.ts'
import { exponentOf, projectionOf } from '../cells.ts'
import { cellFromJson } from '../cells-codec.ts'
import type { Commit } from '../commit.ts'
import { decodeEntries } from '../entry-codec.ts'
import {
  ArchiveDamaged,
  type LayerKey,
  type ProjectionCell,
  type RegionQuery,
  type TileQuery,
} from '../ledger-store.ts'
import { placeOf, placesInside } from '../place.ts'
import { ledgerKeys } from './persist.ts'

type Row = Record<string, SQLOutputValue>

const columns = 'head, entries, pointer, sha256'

export const sqliteReads = (database: DatabaseSync, archive: ObjectStore) => {
  const ledger = ledgerKeys(database)
  const byId = database.prepare(`SELECT ${columns} FROM commits WHERE ledger_key = ? AND commit_id = ?`)
  const byRegion = database.prepare(
    `SELECT ${columns} FROM commits c
     WHERE ledger_key = $ledger AND epoch_end BETWEEN $from AND $to AND (epoch_end, commit_id) > ($afterEnd, $afterId)
       AND EXISTS (SELECT 1 FROM commit_places p WHERE p.commit_key = c.commit_key AND p.place >= $first
         AND p.place < $end AND p.exponent <= $exponent)
     ORDER BY epoch_end, commit_id LIMIT $limit`,
  )
  const tile = database.prepare(
    `SELECT region, cell FROM cells
     WHERE ledger_key = $ledger AND place >= $first AND place < $end AND fineness >= -$exponent
       AND (place, fineness) > ($afterPlace, $afterFineness)
     ORDER BY place, fineness LIMIT $limit`,
  )
  return {
    commit: async (key: LayerKey, commitId: string): Promise<Commit | undefined> => {
      const ledgerKey = ledger.find(key)
      const row = ledgerKey === undefined ? undefined : byId.get(ledgerKey, commitId)
      return row && commitReader(archive)(row)
    },

    byRegion: async (query: RegionQuery & { limit: number; fromEpoch: number }): Promise<Commit[]> => {
      const ledgerKey = ledger.find(query)
      if (ledgerKey === undefined) return []
      const { fromEpoch, toEpoch = Number.MAX_SAFE_INTEGER, after, limit, region } = query
      const rows = byRegion.all({
        ...{ $ledger: ledgerKey, $from: fromEpoch, $to: toEpoch, $limit: limit },
        ...{ $afterEnd: after?.epochEnd ?? -1, $afterId: after?.commitId ?? '' },
        ...rangeOf(region),
      })
      const read = commitReader(archive)
      const commits: Commit[] = []
      for (const row of rows) commits.push(await read(row))
      return commits
    },

    tile: (query: TileQuery & { limit: number }): ProjectionCell[] => {
      const ledgerKey = ledger.find(query)
      if (ledgerKey === undefined) return []
      const { after, limit, region } = query
      const rows = tile.all({
        ...{ $ledger: ledgerKey, $limit: limit, ...rangeOf(region) },
        $afterPlace: after === undefined ? Buffer.alloc(0) : placeOf(after),
        $afterFineness: after === undefined ? 0 : -exponentOf(after),
      })
      return rows.map((row) =>
        projectionOf(row.region as string, cellFromJson(JSON.parse(row.cell as string))),
      )
    },
  }
}

const rangeOf = (region: string) => {
  const { first, end } = placesInside(region)
  return { $first: first, $end: end, $exponent: exponentOf(region) }
}

/** Entries from the row, or from the archive, whose last batch it keeps. */
const commitReader = (archive: ObjectStore): ((row: Row) => Promise<Commit>) => {
  let [last, batch]: [string, Commit[]] = ['', []]
  return async ({ head, entries, pointer, sha256 }) => {
    const commit = JSON.parse(head as string) as Omit<Commit, 'entries'>
    if (entries !== null) return { ...commit, entries: decodeEntries(entries as Uint8Array) }
    if (last !== pointer) {
      batch = await readArchivedBatch(archive, pointer as string, sha256 as string)
      last = pointer as string
    }
    const archived = batch.find(({ hash }) => hash === commit.hash)
    if (archived === undefined) throw new ArchiveDamaged(last, `commit ${commit.number} is missing`)
    return { ...commit, entries: archived.entries }
  }
}
