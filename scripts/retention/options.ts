import { parseArgs } from 'node:util'
import { UsageError } from '../local/options.ts'

export const usage = `Usage:
  npm run retention -- plan    [--world W]
      what a run would do now, and changes nothing: which rows would go to the archive, which would
      be deleted, and who keeps events from leaving; without --world all worlds of the tenant
  npm run retention -- run     [--world W]
      does it, as it is done by itself each hour
  npm run retention -- status  [--world W]
      what is in the archive, what has been brought back, what has expired, what is held
  npm run retention -- restore --world W --at SEQ [--days N]
      brings back what a read as of a seq needs, of any size
  npm run retention -- restore --world W --events SEQ [--days N]
      brings events from a seq on back to the log, for whoever is to read it again

  --world W    the world's name or id
  --tenant T   its tenant; default local
  --days N     how long what was brought back stays at least; default 7
  --data DIR   the folder of npm start, which may be running; default .orrery

With DATABASE_URL (as orrery_background) it works on any database; then OBJECTS_BUCKET (and AWS_REGION,
AWS_ENDPOINT_URL) or OBJECT_STORE_DIR says where the archive lies.

Exit code 0: done; 1: a part of it failed; 2: it could not be begun, or the command line is wrong.`

interface Common {
  tenant: string
  dataDir: string
}

export type RetentionOptions =
  | (Common & { command: 'plan' | 'run' | 'status'; world: string | undefined })
  | (Common & { command: 'restore'; world: string; what: 'at' | 'events'; seq: number; days: number })

const text = { type: 'string' } as const

const parse = (args: string[]) => {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{ world: text, at: text, events: text, days: text },
        tenant: { ...text, default: 'local' },
        data: { ...text, default: '.orrery' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** @throws UsageError */
export const parseRetentionOptions = (args: string[]): RetentionOptions | { command: 'help' } => {
  const { values, positionals } = parse(args)
  if (values.help || args.length === 0) return { command: 'help' }
  const [command, ...rest] = positionals
  if (rest.length > 0) throw new UsageError(`'${rest[0]}' is not understood`)
  const { world, at, events, days = '7' } = values
  const common = { tenant: values.tenant, dataDir: values.data }
  switch (command) {
    case 'plan':
    case 'run':
    case 'status':
      if ((at ?? events ?? values.days) !== undefined)
        throw new UsageError(`${command} takes no --at, --events or --days`)
      return { ...common, command, world }
    case 'restore': {
      if (world === undefined) throw new UsageError('--world is missing')
      if ((at === undefined) === (events === undefined))
        throw new UsageError('restore needs one of --at and --events')
      const what = at === undefined ? 'events' : 'at'
      const seq = numberOf(`--${what}`, (at ?? events)!, Number.MAX_SAFE_INTEGER)
      return { ...common, command, world, what, seq, days: numberOf('--days', days, 3_650) }
    }
    default:
      throw new UsageError(`there is no command '${command ?? ''}'`)
  }
}

const numberOf = (name: string, given: string, most: number): number => {
  const number = Number(given)
  if (!/^\d+$/.test(given) || number > most)
    throw new UsageError(`${name} must be a whole number up to ${most}, not '${given}'`)
  return number
}
