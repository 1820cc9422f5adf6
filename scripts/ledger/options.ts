import { parseArgs } from 'node:util'
import * as z from 'zod'
import { type LayerName, layerNames } from '#ledger/settings'
import { UsageError } from '../local/options.ts'

export const usage = `Usage:
  npm run ledger -- status  [--world W] [--layer L]
      layers, chains, how far they have come and how far they lag, and what is in the archive
  npm run ledger -- verify  [--world W] [--layer L]
      follows every chain of commits, through the archive too, and names the first link that does
      not hold; without --world all worlds of the tenant
  npm run ledger -- replay  --world W --layer L --from COMMIT --to COMMIT
      makes commits of one chain again from their ticks, or from the entries of the layer below, and
      says which one first comes out differently
  npm run ledger -- archive --world W --layer L --before TICK
      moves the entries of commits that end before a tick to the archive
  npm run ledger -- restore --world W --archive ID
      brings them back; the archive's id stands in GET /commit/{commitId}

  --world W    the world's name or id
  --tenant T   its tenant; default local
  --layer L    ${layerNames.join(', ')}
  --data DIR   the folder of npm start, which may be running; default .orrery

With DATABASE_URL (as orrery_background) it works on any database; then OBJECTS_BUCKET (and AWS_REGION,
AWS_ENDPOINT_URL) or OBJECT_STORE_DIR says where ticks and archives lie. All but archive and restore
only read.

Exit code 0: it holds, or it is done; 1: it does not hold, or it failed; 2: it could not be found out, or
the command line is wrong.`

interface Common {
  tenant: string
  dataDir: string
}

export type LedgerOptions =
  | (Common & { command: 'status' | 'verify'; world: string | undefined; layers: readonly LayerName[] })
  | (Common & { command: 'replay'; world: string; layer: LayerName; from: string; to: string })
  | (Common & { command: 'archive'; world: string; layer: LayerName; beforeEpoch: number })
  | (Common & { command: 'restore'; world: string; pointer: string })

const optionsOf = {
  status: ['world', 'layer'],
  verify: ['world', 'layer'],
  replay: ['world', 'layer', 'from', 'to'],
  archive: ['world', 'layer', 'before'],
  restore: ['world', 'archive'],
} as const

type Command = keyof typeof optionsOf
type Values = ReturnType<typeof parse>['values']

/** @throws UsageError */
export const parseLedgerOptions = (args: string[]): LedgerOptions | { command: 'help' } => {
  const { values, positionals } = parse(args)
  if (values.help || args.length === 0) return { command: 'help' }
  const [command, ...rest] = positionals
  if (!isCommand(command)) throw new UsageError(`there is no command '${command ?? ''}'`)
  if (rest.length > 0) throw new UsageError(`'${rest[0]}' is not understood`)
  checkTaken(command, values)
  const common = { tenant: values.tenant, dataDir: values.data }
  switch (command) {
    case 'status':
    case 'verify': {
      const layers = values.layer === undefined ? layerNames : [layerOf(values)]
      return { ...common, command, world: values.world, layers }
    }
    case 'replay': {
      const [from, to] = [idOf(values, 'from', 'a commit'), idOf(values, 'to', 'a commit')]
      return { ...common, command, world: needed(values, 'world'), layer: layerOf(values), from, to }
    }
    case 'archive':
      return {
        ...common,
        command,
        world: needed(values, 'world'),
        layer: layerOf(values),
        beforeEpoch: tickOf(values),
      }
    case 'restore':
      return {
        ...common,
        command,
        world: needed(values, 'world'),
        pointer: idOf(values, 'archive', 'an archive'),
      }
  }
}

const text = { type: 'string' } as const

const parse = (args: string[]) => {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{ world: text, layer: text, from: text, to: text, before: text, archive: text },
        tenant: { ...text, default: 'local' },
        data: { ...text, default: '.orrery' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const isCommand = (name: string | undefined): name is Command => Object.hasOwn(optionsOf, name ?? '')

const checkTaken = (command: Command, values: Values): void => {
  const taken: readonly string[] = ['tenant', 'data', 'help', ...optionsOf[command]]
  const other = Object.keys(values).find((name) => !taken.includes(name))
  if (other !== undefined) throw new UsageError(`${command} takes no --${other}`)
}

const needed = (values: Values, name: 'world' | 'layer' | 'from' | 'to' | 'before' | 'archive'): string => {
  const value = values[name]
  if (value === undefined) throw new UsageError(`--${name} is missing`)
  return value
}

const layerOf = (values: Values): LayerName => {
  const name = needed(values, 'layer')
  const known = layerNames.find((layer) => layer === name)
  if (known === undefined)
    throw new UsageError(`--layer must be one of ${layerNames.join(', ')}, not '${name}'`)
  return known
}

const idOf = (values: Values, name: 'from' | 'to' | 'archive', what: string): string => {
  const id = needed(values, name)
  if (!z.uuid().safeParse(id).success)
    throw new UsageError(`--${name} must be the id of ${what}, not '${id}'`)
  return id.toLowerCase()
}

const tickOf = (values: Values): number => {
  const before = needed(values, 'before')
  const tick = Number(before)
  if (!/^\d+$/.test(before) || !Number.isSafeInteger(tick))
    throw new UsageError(`--before must be the number of a tick, not '${before}'`)
  return tick
}
