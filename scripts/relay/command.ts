import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { isDatabaseUnavailable } from '#platform/postgres/pool'
import { ringDoorbell } from '#relay/doorbell'
import { replayFrom } from '#relay/replay'
import { type Connection, connect, NotRunning } from './connect.ts'
import { parseRelayOptions, type RelayOptions, UsageError, usage } from './options.ts'
import { statusLines } from './status.ts'

export interface RelayCommand {
  args: string[]
  env: NodeJS.ProcessEnv
  out: (line: string) => void
  err: (line: string) => void
  /** How long `replay dead` waits for the relay; default 20,000. */
  patienceMs?: number
}

/** A command that was understood and cannot be done: there is no such world, or nobody answers. */
class CommandFailed extends Error {
  readonly code = 'command-failed'
}

/** Runs one command. Answers the exit code: 0, 1 for what failed, 2 for a wrong command line. */
export const relayCommand = async (command: RelayCommand): Promise<number> => {
  const { args, env, out, err } = command
  let connection: Connection | undefined
  try {
    const options = parseRelayOptions(args)
    if (options.command === 'help') {
      out(usage)
      return 0
    }
    connection = connect(env, options.dataDir)
    await runCommand(command, connection, options)
    return 0
  } catch (error) {
    if (error instanceof UsageError) {
      err(`${error.message}\n\n${usage}`)
      return 2
    }
    if (error instanceof NotRunning || error instanceof CommandFailed) err(error.message)
    else if (isDatabaseUnavailable(error)) err(`The database does not answer: ${(error as Error).message}`)
    else throw error
    return 1
  } finally {
    await connection?.close()
  }
}

const runCommand = async (
  command: RelayCommand,
  connection: Connection,
  options: Exclude<RelayOptions, { command: 'help' }>,
): Promise<void> => {
  const { pool } = connection
  if (options.command === 'status') {
    if (options.world !== undefined) await findWorld(pool, options.tenant, options.world)
    for (const line of await statusLines(pool, options.tenant, options.world)) command.out(line)
    return
  }
  const world = await findWorld(pool, options.tenant, options.world)
  if (options.command === 'replay') await replay(command, connection, world, options)
  else await replayDead(command, connection, world)
}

interface World {
  worldId: string
  name: string
  seq: number
}

const findWorld = async (pool: pg.Pool, tenant: string, name: string): Promise<World> => {
  const { rows } = await pool.query<{ world_id: string; seq: number }>(
    'SELECT world_id, seq FROM worlds WHERE tenant_id = $1 AND name = $2',
    [tenant, name],
  )
  if (rows[0] === undefined) throw new CommandFailed(`Tenant ${tenant} has no world '${name}'.`)
  return { worldId: rows[0].world_id, name, seq: rows[0].seq }
}

const replay = async (
  { out }: RelayCommand,
  { pool, doorbell }: Connection,
  { worldId, name, seq }: World,
  { fromSeq, destination }: { fromSeq: number; destination: string | undefined },
): Promise<void> => {
  const moved = await replayFrom(pool, worldId, fromSeq, destination)
  if (moved.length === 0)
    throw new CommandFailed(
      `No cursor${destination === undefined ? '' : ` of ${destination}`} in ${name} has come to event ${fromSeq} yet.`,
    )
  out(`${name}: events ${fromSeq} to ${seq} go again to ${moved.join(', ')}.`)
  if (doorbell !== undefined) await ringDoorbell(doorbell, { worldId })
  else out('DOORBELL_QUEUE_URL is not set: the relay finds out at its next sweep.')
}

const replayDead = async (
  { out, patienceMs = 20_000 }: RelayCommand,
  { pool, doorbell }: Connection,
  { worldId, name }: World,
): Promise<void> => {
  const before = await deadOf(pool, worldId)
  if (before.length === 0) {
    out(`${name} has no dead letters of the relay.`)
    return
  }
  if (doorbell === undefined)
    throw new CommandFailed('The relay sends them, and DOORBELL_QUEUE_URL, which wakes it, is not set.')
  await ringDoorbell(doorbell, { worldId, replayDead: true })
  // the relay answers by what it leaves in the table: nothing of what was accepted, a new time on the rest
  const until = Date.now() + patienceMs
  for (;;) {
    const left = new Map((await deadOf(pool, worldId)).map((letter) => [keyOf(letter), letter]))
    const waiting = before.filter((letter) => left.get(keyOf(letter))?.dead_at === letter.dead_at)
    if (waiting.length === 0 || Date.now() > until) {
      const refused = before.length - waiting.length - before.filter((one) => !left.has(keyOf(one))).length
      out(`${name}: ${before.length - waiting.length - refused} accepted, ${refused} refused again.`)
      if (waiting.length > 0)
        throw new CommandFailed(
          `The relay has not tried ${waiting.length} yet. Is it running? It will, once it is.`,
        )
      return
    }
    await delay(100)
  }
}

interface DeadKey {
  destination: string
  seq: number
  dead_at: string
}

const keyOf = ({ destination, seq }: DeadKey): string => `${seq} ${destination}`

/** Consumers' dead letters are not the relay's: their consumer is rebuilt instead. */
const deadOf = async (pool: pg.Pool, worldId: string): Promise<DeadKey[]> => {
  const { rows } = await pool.query<DeadKey>(
    `SELECT destination, seq, dead_at::text FROM dead_letters
     WHERE world_id = $1 AND destination NOT LIKE 'consumer:%'`,
    [worldId],
  )
  return rows
}
