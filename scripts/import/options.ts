import { parseArgs } from 'node:util'
import { UsageError } from '../local/options.ts'
import { type IcewsOptions, parseIcewsOptions } from './icews/options.ts'

export interface ImportOptions {
  /** `cities`, `icews`, a file, or `-` for standard input. */
  source: string
  /** Of the source `icews`. */
  icews: IcewsOptions | undefined
  world: string
  /** Undefined: that of the running npm start, or else port 7000. */
  url: string | undefined
  batchItems: number
  /** Cities or events at most. */
  limit: number | undefined
  /** Batches on their way at once. */
  inFlight: number
  help: boolean
}

export const importUsage = `Usage: npm run import -- cities [options]
       npm run import -- icews [EVENTS] [options]
       npm run import -- FILE --world NAME [options]      (- is standard input)

Sends entities and connections to a running Orrery through its HTTP API. Sent again, what did not change makes
no event. A FILE is NDJSON, one {"entity": {…}} or {"connection": {…}} a line; see docs/import.md.
EVENTS is the events.txt of ICEWS18, or its folder; they become a chronicle, see docs/chronicle-icews.md.

  --world NAME    world to write to (cities: earth; icews: icews)
  --url URL       of the API (default: that of the npm start that runs here, or http://127.0.0.1:7000)
  --batch N       items in one request, 1 to 10000 (default 1000); icews: events, 1 to 5000 (default 5000)
  --limit N       only the first N cities, or events
  --in-flight N   requests on their way at once, 1 to 16 (default: cities 4; else 1, which keeps the
                  order of a file)
  --help          show this

  --chronicle ID    icews: id of the chronicle (default icews)
  --entities FILE   icews: names of the entities (default entity2id.txt beside EVENTS)
  --relations FILE  icews: names of the relations (default relation2id.txt beside EVENTS)
  --shuffle SEED    icews: sends the events in another order, the same one for the same number

EVENTS may be left out where the environment names their folder: ORRERY_ICEWS.
Where the API wants a token, the environment holds it: ORRERY_TOKEN, with the scopes world:read and world:write.
`

const sourceWorlds: Record<string, string> = { cities: 'earth', icews: 'icews' }

/** @throws UsageError */
export const parseImportOptions = (
  args: string[],
  environment: NodeJS.ProcessEnv = process.env,
): ImportOptions => {
  const { values, positionals } = parse(args)
  const [source = '', ...rest] = positionals
  const isIcews = source === 'icews'
  const world = values.world ?? sourceWorlds[source] ?? ''
  if (!values.help) {
    if (source === '' || rest.length > (isIcews ? 1 : 0))
      throw new UsageError('Give one source: cities, icews with its file, a file, or -')
    if (world === '') throw new UsageError('Give the world that the file goes to: --world NAME')
    requireFitting(source, values)
  }
  return {
    ...{ source, world, url: parseUrl(values.url), help: values.help },
    icews: isIcews && !values.help ? parseIcewsOptions(rest[0], values, environment.ORRERY_ICEWS) : undefined,
    batchItems:
      parseCount('--batch', values.batch, isIcews ? eventLimit : 10_000) ?? (isIcews ? eventLimit : 1_000),
    limit: parseCount('--limit', values.limit, Number.MAX_SAFE_INTEGER),
    inFlight: parseCount('--in-flight', values['in-flight'], 16) ?? (source === 'cities' ? 4 : 1),
  }
}

/** What one request about a chronicle takes. */
const eventLimit = 5_000

const icewsOptions = ['chronicle', 'entities', 'relations', 'shuffle'] as const

const requireFitting = (source: string, values: ReturnType<typeof parse>['values']): void => {
  if (source === 'icews') return
  if (values.limit !== undefined && source !== 'cities')
    throw new UsageError('--limit is for cities and icews')
  const misplaced = icewsOptions.find((name) => values[name] !== undefined)
  if (misplaced !== undefined) throw new UsageError(`--${misplaced} is for icews`)
}

const parse = (args: string[]) => {
  const options = {
    world: { type: 'string' },
    url: { type: 'string' },
    batch: { type: 'string' },
    limit: { type: 'string' },
    'in-flight': { type: 'string' },
    chronicle: { type: 'string' },
    entities: { type: 'string' },
    relations: { type: 'string' },
    shuffle: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const parseCount = (name: string, text: string | undefined, max: number): number | undefined => {
  if (text === undefined) return undefined
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > max)
    throw new UsageError(`${name} takes a number from 1 to ${max}, not ${JSON.stringify(text)}`)
  return count
}

const parseUrl = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new UsageError(`--url takes the URL of the API, not ${JSON.stringify(text)}`)
  return text.replace(/\/+$/, '')
}
