import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Who uses a data directory, for people to read. */
export interface LockHolder {
  pid: number
  url: string
  startedAt: string
}

export class DataDirectoryInUse extends Error {
  readonly code = 'data-directory-in-use'
  readonly holder: LockHolder | undefined

  constructor(dataDir: string, holder: LockHolder | undefined) {
    const who = holder === undefined ? '' : ` (process ${holder.pid}, ${holder.url})`
    super(`Orrery is already running on ${dataDir}${who}.`)
    this.holder = holder
  }
}

/**
 * Takes the data directory for this process alone, or throws at once; returns what gives it back.
 *
 * The lock is one of the operating system on `lock.db` (SQLite takes it, Node has no call for it): it ends
 * with the process, however that ends, so no lock is ever stale and no process id can be mistaken for
 * another's. The file `lock` beside it only says who holds it.
 *
 * @throws DataDirectoryInUse
 */
export const lockDataDirectory = (dataDir: string, url: string): (() => void) => {
  mkdirSync(dataDir, { recursive: true })
  // somebody who only looks holds it for a moment too
  const database = new DatabaseSync(join(dataDir, 'lock.db'), { timeout: 200 })
  if (isBusy(database, 'BEGIN EXCLUSIVE')) {
    database.close()
    throw new DataDirectoryInUse(dataDir, readHolder(dataDir))
  }
  writeHolder(dataDir, url)
  return () => {
    rmSync(join(dataDir, 'lock'), { force: true })
    database.close()
  }
}

const isBusy = (database: DatabaseSync, statement: string): boolean => {
  try {
    database.exec(statement)
    return false
  } catch (error) {
    // https://sqlite.org/rescode.html#busy
    if ((error as { errcode?: number }).errcode === 5) return true
    throw error
  }
}

/** Whether a process holds the data directory now. */
export const isDataDirectoryInUse = (dataDir: string): boolean => {
  if (!existsSync(join(dataDir, 'lock.db'))) return false
  const database = new DatabaseSync(join(dataDir, 'lock.db'), { readOnly: true })
  try {
    return isBusy(database, 'SELECT name FROM sqlite_schema')
  } finally {
    database.close()
  }
}

/** For the holder alone, also when its URL has come to be another. */
export const writeHolder = (dataDir: string, url: string): void => {
  const holder: LockHolder = { pid: process.pid, url, startedAt: new Date().toISOString() }
  writeFileSync(join(dataDir, 'lock'), `${JSON.stringify(holder)}\n`)
}

/** Undefined where the holder has not written it yet. */
const readHolder = (dataDir: string): LockHolder | undefined => {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8')) as LockHolder
  } catch {
    return undefined
  }
}
