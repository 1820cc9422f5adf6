import type pg from 'pg'
import type { CheckpointRef } from '#physics/checkpoint-key'
import { listCheckpoints } from '#physics/checkpoint-store'
import { isOfLog } from '#physics/replay-ticks'
import { lastTick } from '#physics/tick-log'
import { isDatabaseUnavailable } from '#platform/postgres/pool'
import { connect, NothingThere, type StackConnection } from '../local/connect.ts'
import { DataDirectoryInUse } from '../local/data-lock.ts'
import { UsageError } from '../local/options.ts'
import { parseReplayOptions, type ReplayOptions, usage } from './options.ts'
import { checkpointLines, reportLines } from './report.ts'
import { verify } from './verify.ts'

export interface ReplayCommand {
  args: string[]
  env: NodeJS.ProcessEnv
  out: (line: string) => void
  /** Faults, and progress. */
  err: (line: string) => void
}

/** Runs the command. Answers the exit code: 0 equal, 1 it differs, 2 that could not be found out. */
export const replayCommand = async ({ args, env, out, err }: ReplayCommand): Promise<number> => {
  let connection: StackConnection | undefined
  try {
    const options = parseReplayOptions(args)
    if (options.command === 'help') {
      out(usage)
      return 0
    }
    connection = await connect(env, options.dataDir, { role: 'orrery_physics', command: 'npm run replay' })
    return await run(connection, options, { out, err })
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

const run = async (
  { pool, objects }: StackConnection,
  options: ReplayOptions,
  { out, err }: Pick<ReplayCommand, 'out' | 'err'>,
): Promise<number> => {
  const worldId = await findWorld(pool, options)
  const checkpoints = await listCheckpoints(objects, worldId)
  if (options.command === 'list') {
    for (const line of checkpointLines(checkpoints)) out(line)
    return 0
  }
  const start = await chooseStart(checkpoints, options, isOfLog(pool, worldId))
  const last = (await lastTick(pool, worldId))?.tick ?? start.tick
  const toTick = Math.min(options.toTick ?? last, last)
  out(`${options.world}: from the checkpoint of tick ${start.tick} (seq ${start.seq}, ${start.stateHash})`)
  const onProgress = showProgress(start.tick, toTick, err)
  const verified = await verify({ pool, objects, start, checkpoints, toTick, onProgress })
  for (const line of reportLines(verified)) out(line)
  return verified.mismatch === undefined ? 0 : 1
}

const worldText = `
  SELECT world_id FROM worlds WHERE (tenant_id = $1 AND name = $2) OR world_id::text = $2
  ORDER BY (tenant_id = $1 AND name = $2) DESC LIMIT 1`

const findWorld = async (pool: pg.Pool, { tenant, world }: ReplayOptions): Promise<string> => {
  const { rows } = await pool.query<{ world_id: string }>(worldText, [tenant, world])
  if (rows[0] === undefined) throw new NothingThere(`Tenant ${tenant} has no world '${world}'.`)
  return rows[0].world_id
}

const chooseStart = async (
  checkpoints: readonly CheckpointRef[],
  { world, from, toTick = Number.POSITIVE_INFINITY }: ReplayOptions,
  isOurs: (ref: CheckpointRef) => Promise<boolean>,
): Promise<CheckpointRef> => {
  const atMost = typeof from === 'number' ? Math.min(from, toTick) : toTick
  const candidates = checkpoints.filter(({ tick }) => tick <= atMost)
  for (const ref of from === 'oldest' ? candidates : candidates.reverse()) if (await isOurs(ref)) return ref
  const oldest = checkpoints[0]
  throw new NothingThere(
    oldest === undefined
      ? `${world} has no checkpoint: it gets one when a physics service takes it.`
      : `${world} has no checkpoint of its tick log at or before tick ${atMost}; the oldest is of tick ${oldest.tick} (--list).`,
  )
}

const everyMs = 2_000

const showProgress = (
  fromTick: number,
  toTick: number,
  print: (line: string) => void,
): ((tick: number) => void) => {
  let shownMs = performance.now()
  return (tick) => {
    if (performance.now() - shownMs < everyMs) return
    shownMs = performance.now()
    print(`tick ${tick} of ${toTick} (${Math.floor((100 * (tick - fromTick)) / (toTick - fromTick))} %)`)
  }
}
