import { parseArgs } from 'node:util'

export const usage = `Usage:
  npm run relay -- status [--world W]
      how far each destination has been served with each world's log, and what is dead
  npm run relay -- replay --world W --from SEQ [--destination D]
      delivers again from event SEQ on, to D or to every destination
  npm run relay -- replay --world W dead
      sends the world's dead letters again, and removes those that are accepted

  --world W         the world's name
  --tenant T        its tenant; default local
  --destination D   physics, bus, …
  --data DIR        the folder of the running npm start; default .orrery

Connects to what npm start runs, or with DATABASE_URL (as orrery_relay) to any database; then
DOORBELL_QUEUE_URL, AWS_REGION and, for a local server, SQS_ENDPOINT name the queue that wakes the relay.`

/** The command line is wrong in the way that the message says. */
export class UsageError extends Error {
  readonly code = 'usage'
}

interface Common {
  tenant: string
  dataDir: string
}

export type RelayOptions =
  | (Common & { command: 'help' })
  | (Common & { command: 'status'; world: string | undefined })
  | (Common & { command: 'replay'; world: string; fromSeq: number; destination: string | undefined })
  | (Common & { command: 'replay-dead'; world: string })

/** @throws UsageError */
export const parseRelayOptions = (args: string[]): RelayOptions => {
  const { values, positionals } = parse(args)
  const common = { tenant: values.tenant, dataDir: values.data }
  const [command, ...rest] = positionals
  if (values.help || command === undefined) return { ...common, command: 'help' }
  const { world, from, destination } = values
  if (command === 'status') {
    if (rest.length > 0 || from !== undefined || destination !== undefined)
      throw new UsageError('status takes --world and --tenant only')
    return { ...common, command, world }
  }
  if (command !== 'replay') throw new UsageError(`there is no command '${command}'`)
  if (world === undefined) throw new UsageError('replay needs --world')
  if (rest.length > 1 || (rest.length === 1 && rest[0] !== 'dead'))
    throw new UsageError(`replay does not know '${rest.join(' ')}'; only dead`)
  if (rest.length === 1) {
    if (from !== undefined || destination !== undefined)
      throw new UsageError('replay dead takes --world and --tenant only')
    return { ...common, command: 'replay-dead', world }
  }
  if (from === undefined) throw new UsageError('replay needs --from SEQ, or dead')
  return { ...common, command, world, fromSeq: parseSeq(from), destination }
}

const parse = (args: string[]) => {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        world: { type: 'string' },
        from: { type: 'string' },
        destination: { type: 'string' },
        tenant: { type: 'string', default: 'local' },
        data: { type: 'string', default: '.orrery' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const parseSeq = (text: string): number => {
  const seq = Number(text)
  if (!/^\d+$/.test(text) || seq < 1 || !Number.isSafeInteger(seq))
    throw new UsageError(`--from must be the number of an event, 1 or more, not '${text}'`)
  return seq
}
