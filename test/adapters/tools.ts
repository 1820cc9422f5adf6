import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A program that a database here needs is not on this machine. */
class ToolMissing extends Error {
  readonly code = 'tool-missing'
}

const tools = [
  { database: 'cassandra', program: 'java', probe: ['-version'], packages: 'default-jre-headless' },
  { database: 'cassandra', program: 'mvn', probe: ['--version'], packages: 'maven' },
  { database: 'clickhouse', program: 'npm', probe: ['--version'], packages: 'npm' },
  { database: 'dynamodb', program: 'python3', probe: ['-c', 'import ensurepip'], packages: 'python3-venv' },
] as const

type Database = (typeof tools)[number]['database']

/** What databases lack on this machine, and how to install it. */
export const missingTools = (): { database: Database; message: string }[] =>
  tools
    .filter(({ program, probe }) => spawnSync(program, probe, { stdio: 'ignore' }).status !== 0)
    .map(({ database, program, packages }) => ({
      database,
      message: `${program} is missing (on Debian: apt-get install ${packages})`,
    }))

/** @throws ToolMissing */
export const needTools = (database: Database): void => {
  const missing = missingTools().filter((tool) => tool.database === database)
  if (missing.length > 0) throw new ToolMissing(missing.map(({ message }) => message).join('; '))
}

const cacheDir = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))

/** A folder below node_modules/.cache that `make` fills once; what was begun and not finished is begun anew. */
export const madeOnce = async (name: string, make: (folder: string) => Promise<unknown>): Promise<string> => {
  const folder = join(cacheDir, name)
  const whole = join(folder, 'installed')
  if (existsSync(whole)) return folder
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  console.log(`fetching ${name}`)
  await make(folder)
  writeFileSync(whole, '')
  return folder
}
