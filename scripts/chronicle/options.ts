import { parseArgs } from 'node:util'
import { UsageError } from '../local/options.ts'

export const usage = `Usage:
  npm run chronicle -- status   --world W
      how far the entities of the world follow its chronicles, and which actions no rule knows
  npm run chronicle -- backfill --world W [--batch N]
      projects what is recorded and not projected; goes on where it was interrupted, and says the
      state hash in the end
  npm run chronicle -- verify   --world W
      compares the entities with what the chronicle events alone come to, and names every difference
  npm run chronicle -- rebuild  --world W [--batch N]
      derives everything anew beside what holds, while the world is live, and switches over by the
      least changes; goes on where it was interrupted

  --world W            the world's name or id
  --tenant T           its tenant; default local
  --batch N            chronicle events of one transaction, 1 to 20,000; default 5,000
  --data DIR           the folder of npm start, which may be running; default .orrery
  --database-url URL   works on any database instead, as orrery_background; then WRITER_DATABASE_URL
                       says how to get in as orrery_app, and DOORBELL_QUEUE_URL whom to ring for the
                       relay, whose sweep finds the events otherwise

Exit code 0: done, and it holds; 1: entities differ, or it failed; 2: it could not be found out, or the
command line is wrong.`

const commands = ['status', 'backfill', 'verify', 'rebuild'] as const

export interface ChronicleOptions {
  command: (typeof commands)[number]
  world: string
  tenant: string
  dataDir: string
  databaseUrl: string | undefined
  batchEvents: number
}

/** @throws UsageError */
export const parseChronicleOptions = (args: string[]): ChronicleOptions | { command: 'help' } => {
  const { values, positionals } = parse(args)
  if (values.help || args.length === 0) return { command: 'help' }
  const [name, ...rest] = positionals
  const command = commands.find((known) => known === name)
  if (command === undefined) throw new UsageError(`there is no command '${name ?? ''}'`)
  if (rest.length > 0) throw new UsageError(`'${rest[0]}' is not understood`)
  if (values.world === undefined) throw new UsageError('--world is missing')
  return {
    ...{ command, world: values.world, tenant: values.tenant, dataDir: values.data },
    databaseUrl: values['database-url'],
    batchEvents: batchOf(values.batch),
  }
}

const text = { type: 'string' } as const

const parse = (args: string[]) => {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{ world: text, 'database-url': text },
        tenant: { ...text, default: 'local' },
        data: { ...text, default: '.orrery' },
        batch: { ...text, default: '5000' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const batchOf = (given: string): number => {
  const batch = Number(given)
  if (!/^\d+$/.test(given) || batch < 1 || batch > 20_000)
    throw new UsageError(`--batch must be a whole number of 1 to 20000, not '${given}'`)
  return batch
}
