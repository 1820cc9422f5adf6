import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DatabaseRole, databaseRoles } from '#platform/postgres/roles'
import { isDataDirectoryInUse } from './data-lock.ts'

/** How the other commands reach a running stack; it holds the database's passwords. */
export interface RunFile {
  pid: number
  url: string
  /** Whose tokens it takes: its own URL where it is the development issuer. */
  issuer: string
  databaseUrls: Record<DatabaseRole, string>
  sqsEndpoint: string
  region: string
  queues: { doorbell: string; wake: string; slots: string[] }
}

const pathOf = (dataDir: string) => join(dataDir, 'run.json')

export const writeRunFile = (dataDir: string, run: RunFile): void => {
  const temporary = `${pathOf(dataDir)}.new`
  writeFileSync(temporary, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 })
  renameSync(temporary, pathOf(dataDir))
}

export const removeRunFile = (dataDir: string): void => rmSync(pathOf(dataDir), { force: true })

/** Undefined where no stack runs on the directory; what a killed one left behind does not count. */
export const readRunFile = (dataDir: string): RunFile | undefined =>
  existsSync(pathOf(dataDir)) && isDataDirectoryInUse(dataDir)
    ? (JSON.parse(readFileSync(pathOf(dataDir), 'utf8')) as RunFile)
    : undefined

export const urlsByRole = (urlOf: (role: DatabaseRole) => string): Record<DatabaseRole, string> =>
  Object.fromEntries(databaseRoles.map((role) => [role, urlOf(role)])) as Record<DatabaseRole, string>
