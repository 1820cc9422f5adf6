import { isDatabaseUnavailable } from '#platform/postgres/pool'
import { connect, NothingThere, type StackConnection } from '../local/connect.ts'
import { DataDirectoryInUse } from '../local/data-lock.ts'
import { UsageError } from '../local/options.ts'
import { runJob } from './job.ts'
import { type LedgerOptions, parseLedgerOptions, usage } from './options.ts'
import { replay } from './replay.ts'
import { status } from './status.ts'
import { verify } from './verify.ts'

export interface LedgerCommand {
  args: string[]
  env: NodeJS.ProcessEnv
  out: (line: string) => void
  /** Faults. */
  err: (line: string) => void
  /** A bar on a terminal, else lines. */
  progress: NodeJS.WriteStream
}

/** Runs the command. Answers the exit code: 0 it holds or is done, 1 it does not or failed, 2 that could not be found out. */
export const ledgerCommand = async (command: LedgerCommand): Promise<number> => {
  const { args, env, out, err } = command
  let connection: StackConnection | undefined
  try {
    const options = parseLedgerOptions(args)
    if (options.command === 'help') {
      out(usage)
      return 0
    }
    // a world is verified in one transaction
    const user = { role: 'orrery_background', command: 'npm run ledger', transactionTimeoutMs: 0 } as const
    connection = await connect(env, options.dataDir, user)
    return await run(connection, options, command)
  } catch (error) {
    err(explain(error))
    return 2
  } finally {
    await connection?.close()
  }
}

const run = (
  connection: StackConnection,
  options: LedgerOptions,
  command: LedgerCommand,
): Promise<number> => {
  switch (options.command) {
    case 'status':
      return status(connection, options, command)
    case 'verify':
      return verify(connection, options, command)
    case 'replay':
      return replay(connection, options, command)
    case 'archive':
    case 'restore':
      return runJob(connection, options, command)
  }
}

const known = new Set(['not-a-chain', 'input-missing', 'ledger-broken', 'archive-damaged'])

const explain = (error: unknown): string => {
  const { message, stack, code } = error as Error & { code?: string }
  if (error instanceof UsageError) return `${message}\n\n${usage}`
  if (error instanceof NothingThere || error instanceof DataDirectoryInUse) return message
  if (code !== undefined && known.has(code)) return `${message}.`
  if (isDatabaseUnavailable(error)) return `The database does not answer: ${message}`
  return stack ?? message
}
