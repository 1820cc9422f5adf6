import type { DatabaseSync } from 'node:sqlite'

const schema = `
  CREATE TABLE IF NOT EXISTS ledgers (
    ledger_key INTEGER PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    world_id TEXT NOT NULL,
    layer TEXT NOT NULL,
    UNIQUE (tenant_id, world_id, layer)
  );
  CREATE TABLE IF NOT EXISTS commits (
    commit_key INTEGER PRIMARY KEY,
    ledger_key INTEGER NOT NULL,
    commit_id TEXT NOT NULL,
    shard TEXT NOT NULL,
    number INTEGER NOT NULL,
    epoch_end INTEGER NOT NULL,
    hash TEXT NOT NULL,
    -- JSON: the commit without its entries
    head TEXT NOT NULL,
    -- as encodeEntries writes them; null: in the archive
    entries BLOB,
    -- where the archive last had them
    pointer TEXT,
    sha256 TEXT,
    UNIQUE (ledger_key, commit_id),
    UNIQUE (ledger_key, shard, number)
  );
  CREATE INDEX IF NOT EXISTS commits_order ON commits (ledger_key, epoch_end, commit_id);
  CREATE INDEX IF NOT EXISTS commits_pointer ON commits (ledger_key, pointer) WHERE pointer IS NOT NULL;
  -- which cells a commit has entries of
  CREATE TABLE IF NOT EXISTS commit_places (
    commit_key INTEGER NOT NULL,
    place BLOB NOT NULL,
    exponent INTEGER NOT NULL,
    PRIMARY KEY (commit_key, place, exponent)
  ) WITHOUT ROWID;
  -- what all commits say of a cell: in the transaction of each commit
  CREATE TABLE IF NOT EXISTS cells (
    ledger_key INTEGER NOT NULL,
    place BLOB NOT NULL,
    -- minus the exponent: of one place the larger region comes first
    fineness INTEGER NOT NULL,
    region TEXT NOT NULL,
    cell TEXT NOT NULL,
    PRIMARY KEY (ledger_key, place, fineness)
  ) WITHOUT ROWID;`

/** Makes the tables where they are missing. Many processes may have the file open; a commit is on disk when it returns. */
export const prepareSqlite = (database: DatabaseSync): void => {
  database.exec(
    `PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${schema}`,
  )
}

/** In one transaction that has the database's only write lock. */
export const inTransaction = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
