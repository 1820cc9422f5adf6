import { parseArgs } from 'node:util'
import { UsageError } from '../local/options.ts'

export const usage = `Usage:
  npm run replay -- --world W [--from TICK|newest|oldest] [--to TICK]
      runs the world's ticks again from a checkpoint on, and says at which tick the state first
      differs from what was recorded
  npm run replay -- --world W --list
      the checkpoints: tick, seq, time, state hash

  --world W     the world's name or id
  --tenant T    its tenant; default local
  --from TICK   the newest checkpoint at or before this tick; newest or oldest (default)
  --to TICK     the last tick to run; default: the last of the log
  --data DIR    the folder of npm start, which may be running; default .orrery

Reads only. With DATABASE_URL (as orrery_physics) it reads any database; then OBJECTS_BUCKET (and
AWS_REGION, AWS_ENDPOINT_URL) or OBJECT_STORE_DIR says where the checkpoints lie.

Exit code 0: equal; 1: it differs; 2: it could not be found out, or the command line is wrong.`

export interface ReplayOptions {
  command: 'replay' | 'list'
  world: string
  tenant: string
  from: number | 'newest' | 'oldest'
  /** undefined: the last of the log. */
  toTick: number | undefined
  dataDir: string
}

/** @throws UsageError */
export const parseReplayOptions = (args: string[]): ReplayOptions | { command: 'help' } => {
  const { values } = parse(args)
  if (values.help || args.length === 0) return { command: 'help' }
  const { world, tenant, data: dataDir, from, to, list } = values
  if (world === undefined) throw new UsageError('--world is missing')
  if (list && (from !== undefined || to !== undefined))
    throw new UsageError('--list takes no --from and --to')
  return {
    ...{ command: list ? 'list' : 'replay', world, tenant, dataDir },
    from: parseFrom(from ?? 'oldest'),
    toTick: to === undefined ? undefined : parseTick('--to', to),
  }
}

const parse = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        world: { type: 'string' },
        tenant: { type: 'string', default: 'local' },
        from: { type: 'string' },
        to: { type: 'string' },
        list: { type: 'boolean', default: false },
        data: { type: 'string', default: '.orrery' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const parseFrom = (text: string): ReplayOptions['from'] =>
  text === 'newest' || text === 'oldest' ? text : parseTick('--from', text, ', newest or oldest')

const parseTick = (option: string, text: string, orElse = ''): number => {
  const tick = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(tick))
    throw new UsageError(`${option} must be the number of a tick${orElse}, not '${text}'`)
  return tick
}
