import { isDatabaseUnavailable } from '#platform/postgres/pool'
import { findWorld } from '../ledger/worlds.ts'
import { NothingThere } from '../local/connect.ts'
import { DataDirectoryInUse } from '../local/data-lock.ts'
import { UsageError } from '../local/options.ts'
import { backfill } from './backfill.ts'
import { type ChronicleConnection, connectChronicles } from './connect.ts'
import { parseChronicleOptions, usage } from './options.ts'
import { rebuild } from './rebuild.ts'
import { status } from './status.ts'
import { verify } from './verify.ts'

export interface ChronicleCommand {
  args: string[]
  env: NodeJS.ProcessEnv
  out: (line: string) => void
  /** Faults. */
  err: (line: string) => void
  /** A bar on a terminal, else lines. */
  progress: NodeJS.WriteStream
}

const work = { status, backfill, verify, rebuild }

/** Runs the command. Answers the exit code: 0 done, 1 entities differ or it failed, 2 that could not be found out. */
export const chronicleCommand = async (command: ChronicleCommand): Promise<number> => {
  const { args, env, out, err } = command
  let connection: ChronicleConnection | undefined
  try {
    const options = parseChronicleOptions(args)
    if (options.command === 'help') {
      out(usage)
      return 0
    }
    connection = await connectChronicles(options, env, err)
    const world = await findWorld(connection.context.pool, options.tenant, options.world)
    return await work[options.command](connection.context, world, command)
  } catch (error) {
    err(explain(error))
    return 2
  } finally {
    await connection?.close()
  }
}

const explain = (error: unknown): string => {
  const { message, stack } = error as Error
  if (error instanceof UsageError) return `${message}\n\n${usage}`
  if (error instanceof NothingThere || error instanceof DataDirectoryInUse) return message
  if (isDatabaseUnavailable(error)) return `The database does not answer: ${message}`
  return stack ?? message
}
