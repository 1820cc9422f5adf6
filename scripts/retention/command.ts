import { v7 as uuidv7 } from 'uuid'
import { isDatabaseUnavailable } from '#platform/postgres/pool'
import { inPool, PastExpired, reachPast, recallPast } from '#retention/recall'
import { runWorld } from '#retention/run'
import { tablesOf } from '#retention/sources'
import { findWorlds, type LedgerWorld } from '../ledger/worlds.ts'
import { connect, NothingThere, type StackConnection } from '../local/connect.ts'
import { DataDirectoryInUse } from '../local/data-lock.ts'
import { UsageError } from '../local/options.ts'
import { parseRetentionOptions, type RetentionOptions, usage } from './options.ts'
import { planLines, statusLines } from './report.ts'

export interface RetentionCommand {
  args: string[]
  env: NodeJS.ProcessEnv
  out: (line: string) => void
  /** Faults, and progress. */
  err: (line: string) => void
}

/** Runs the command. Answers the exit code: 0 done, 1 a part failed, 2 it could not be begun. */
export const retentionCommand = async ({ args, env, out, err }: RetentionCommand): Promise<number> => {
  let connection: StackConnection | undefined
  try {
    const options = parseRetentionOptions(args)
    if (options.command === 'help') {
      out(usage)
      return 0
    }
    connection = await connect(env, options.dataDir, {
      role: 'orrery_background',
      command: 'npm run retention',
    })
    return await perform(connection, options, { out, err })
  } catch (error) {
    err(explain(error))
    return 2
  } finally {
    await connection?.close()
  }
}

type Output = Pick<RetentionCommand, 'out' | 'err'>

const explain = (error: unknown): string => {
  const { message, stack } = error as Error
  if (error instanceof UsageError) return `${message}\n\n${usage}`
  if (error instanceof NothingThere || error instanceof DataDirectoryInUse) return message
  if (error instanceof PastExpired) return `${message}.`
  if (isDatabaseUnavailable(error)) return `The database does not answer: ${message}`
  return stack ?? message
}

const perform = async (
  connection: StackConnection,
  options: RetentionOptions,
  output: Output,
): Promise<number> => {
  const worlds = await findWorlds(connection.pool, options.tenant, options.world)
  if (options.command === 'restore') return restore(connection, worlds[0]!, options, output)
  let failed = 0
  for (const world of worlds) {
    if (options.command === 'run') failed += await run(connection, world, output)
    else {
      const { pool } = connection
      const lines =
        options.command === 'plan' ? planLines(connection, world, new Date()) : statusLines(pool, world)
      for (const line of await lines) output.out(line)
    }
  }
  return failed === 0 ? 0 : 1
}

/** 1 where it failed; other worlds are not kept from it. */
const run = async (
  { pool, objects }: StackConnection,
  world: LedgerWorld,
  { out, err }: Output,
): Promise<number> => {
  try {
    const progress = ({ source, rows, what }: { source: string; rows: number; what: string }) =>
      err(`${world.name}: ${source}: ${rows} rows ${what}`)
    const context = { pool, objects, now: () => new Date(), newId: uuidv7, progress }
    const { archived, expired } = await runWorld(context, world, world.settings.retention)
    out(`${world.name}: ${archived} rows went to the archive, ${expired} rows expired`)
    return 0
  } catch (error) {
    err(`${world.name}: ${(error as Error).message}`)
    return 1
  }
}

const dayMs = 86_400_000

const restore = async (
  { pool, objects }: StackConnection,
  { worldId, name }: LedgerWorld,
  { what, seq, days }: Extract<RetentionOptions, { command: 'restore' }>,
  { out }: Output,
): Promise<number> => {
  const wanted =
    what === 'at'
      ? { sources: [...tablesOf('history'), ...tablesOf('chronicles')], at: seq }
      : { sources: tablesOf('events'), at: { after: seq - 1, to: Number.MAX_SAFE_INTEGER } }
  const context = { objects, now: () => new Date(), transact: inPool(pool) }
  const options = { maxRows: Number.POSITIVE_INFINITY, staysMs: days * dayMs }
  const batches = await recallPast(context, worldId, wanted, options)
  const { isArchived } = await inPool(pool)((client) => reachPast(client, worldId, wanted))
  out(
    isArchived
      ? `${name}: brought ${batches} objects back; what was asked for stays for ${days} days at least`
      : `${name}: nothing of it is in the archive`,
  )
  return 0
}
