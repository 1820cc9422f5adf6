import type { DatabaseSync } from 'node:sqlite'
import { addCommit, type Cell, type Cells, exponentOf, mergeCells } from '../cells.ts'
import { cellFromJson, cellToJson } from '../cells-codec.ts'
import type { Commit } from '../commit.ts'
import { encodeEntries } from '../entry-codec.ts'
import { CommitConflict, type LayerKey } from '../ledger-store.ts'
import { placeOf } from '../place.ts'
import { inTransaction } from './schema.ts'

/** Keeps a commit and adds it to its cells in one transaction. @throws CommitConflict */
export const sqlitePersist = (database: DatabaseSync): ((commit: Commit) => void) => {
  const ledger = ledgerKeys(database)
  const find = database.prepare(
    'SELECT hash FROM commits WHERE ledger_key = ? AND (commit_id = ? OR shard = ? AND number = ?)',
  )
  const insert = database.prepare(
    `INSERT INTO commits (ledger_key, commit_id, shard, number, epoch_end, hash, head, entries)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertPlace = database.prepare('INSERT INTO commit_places VALUES (?, ?, ?)')
  const add = cellAdder(database)
  return (commit) =>
    inTransaction(database, () => {
      const { entries, ...head } = commit
      const { commitId, shard, number, epochEnd, hash } = head
      const key = ledger.make(commit)
      const kept = find.all(key, commitId, shard, number)
      if (kept.some((row) => row.hash !== hash)) throw new CommitConflict(commit)
      if (kept.length > 0) return
      const values = [commitId, shard, number, epochEnd, hash, JSON.stringify(head), encodeEntries(entries)]
      const { lastInsertRowid } = insert.run(key, ...values)
      const cells: Cells = new Map()
      addCommit(cells, commit)
      for (const [region, cell] of cells) {
        insertPlace.run(lastInsertRowid, placeOf(region), exponentOf(region))
        add(key, region, cell)
      }
    })
}

/** Adds to what is kept of a cell. */
const cellAdder = (database: DatabaseSync) => {
  const read = database.prepare('SELECT cell FROM cells WHERE ledger_key = ? AND place = ? AND fineness = ?')
  const write = database.prepare('INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?, ?)')
  return (key: number, region: string, cell: Cell): void => {
    const [place, fineness] = [placeOf(region), -exponentOf(region)]
    const row = read.get(key, place, fineness)
    const before = row && cellFromJson(JSON.parse(row.cell as string))
    const whole = before === undefined ? cell : mergeCells(before, cell)
    write.run(key, place, fineness, region, JSON.stringify(cellToJson(whole)))
  }
}

/** What stands for a layer of a world in the other tables. */
export const ledgerKeys = (database: DatabaseSync) => {
  const select = database.prepare(
    'SELECT ledger_key FROM ledgers WHERE tenant_id = ? AND world_id = ? AND layer = ?',
  )
  const insert = database.prepare(
    'INSERT INTO ledgers (tenant_id, world_id, layer) VALUES (?, ?, ?) RETURNING ledger_key',
  )
  /** undefined where nothing is kept of it. */
  const find = ({ tenantId, worldId, layer }: LayerKey): number | undefined =>
    select.get(tenantId, worldId, layer)?.ledger_key as number | undefined
  const make = (key: LayerKey): number =>
    find(key) ?? (insert.get(key.tenantId, key.worldId, key.layer)!.ledger_key as number)
  return { find, make }
}
