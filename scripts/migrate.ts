import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { DatabaseNewerThanCode, type Migration, migrate, migrationStatus } from '#platform/postgres/migrate'
import { DataDirectoryInUse, lockDataDirectory } from './local/data-lock.ts'
import { startPostgres } from './local/postgres.ts'
import { readRunFile } from './local/run-file.ts'

const usage = `Usage: npm run migrate -- [up | down [COUNT] | status] [--data DIR]

  up       run every migration that has not run (default)
  down     undo the last migration, or the last COUNT
  status   say which have run

The database is that of DATABASE_URL (as a role that owns the schema); without it that of the running
npm start, or where none runs the one in DIR (default .orrery), which is started for the moment.
`

interface MigrateCommand {
  action: 'up' | 'down' | 'status'
  count: number | undefined
  dataDir: string
}

/** Undefined for a command line that is not understood. */
const parse = (args: string[]): MigrateCommand | undefined => {
  try {
    const options = { data: { type: 'string', default: '.orrery' } } as const
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const [action = 'up', count, ...surplus] = positionals
    if (action !== 'up' && action !== 'down' && action !== 'status') return undefined
    if (surplus.length > 0 || (count !== undefined && (action !== 'down' || !/^[1-9]\d*$/.test(count))))
      return undefined
    return { action, count: count === undefined ? undefined : Number(count), dataDir: values.data }
  } catch {
    return undefined
  }
}

/** Runs `work` with the URL of the database that is meant. */
const withDatabase = async (dataDir: string, work: (url: string) => Promise<void>): Promise<void> => {
  const url = process.env.DATABASE_URL ?? readRunFile(dataDir)?.databaseUrls.orrery_migrate
  if (url !== undefined) return work(url)
  const release = lockDataDirectory(resolve(dataDir), 'npm run migrate')
  try {
    const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres') })
    try {
      await work(postgres.url('orrery_migrate'))
    } finally {
      await postgres.stop()
    }
  } finally {
    release()
  }
}

const run = async ({ action, count }: MigrateCommand, url: string): Promise<void> => {
  if (action === 'status') return printStatus(await migrationStatus(url))
  const ran = await migrate({ connectionString: url, direction: action, count, log: console.log })
  if (ran.length === 0) console.log(action === 'up' ? 'The schema is up to date.' : 'Nothing to undo.')
}

const printStatus = (migrations: Migration[]): void => {
  for (const { name, ranAt } of migrations)
    console.log(`${name.padEnd(32)} ${ranAt === undefined ? 'not run' : `ran ${ranAt.toISOString()}`}`)
}

const explain = (error: unknown): string => {
  if (error instanceof DatabaseNewerThanCode || error instanceof DataDirectoryInUse) return error.message
  const { code, message } = error as { code?: string; message: string }
  if (code === 'ECONNREFUSED') return `Nothing listens at the database's address (${message}). Is it running?`
  if (code === '42501') return `The role may not change the schema (${message}). Use the role orrery_migrate.`
  return (error as Error).stack ?? message
}

const main = async (args: string[]): Promise<number> => {
  const command = parse(args)
  if (command === undefined) {
    console.error(usage)
    return 2
  }
  try {
    await withDatabase(command.dataDir, (url) => run(command, url))
    return 0
  } catch (error) {
    console.error(explain(error))
    return 1
  }
}

process.exitCode = await main(process.argv.slice(2))
