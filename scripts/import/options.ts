import { parseArgs } from 'node:util'
import { UsageError } from '../local/options.ts'

export interface ImportOptions {
  /** `cities`, a file, or `-` for standard input. */
  source: string
  world: string
  /** Undefined: that of the running npm start, or else port 7000. */
  url: string | undefined
  batchItems: number
  /** Cities at most. */
  limit: number | undefined
  /** Batches on their way at once. */
  inFlight: number
  help: boolean
}

export const importUsage = `Usage: npm run import -- cities [options]
       npm run import -- FILE --world NAME [options]      (- is standard input)

Sends entities and connections to a running Orrery through its HTTP API. Sent again, what did not change makes
no event. A FILE is NDJSON, one {"entity": {…}} or {"connection": {…}} a line; see docs/import.md.

  --world NAME    world to write to (cities: earth)
  --url URL       of the API (default: that of the npm start that runs here, or http://127.0.0.1:7000)
  --batch N       items in one request, 1 to 10000 (default 1000)
  --limit N       only the first N cities
  --in-flight N   requests on their way at once, 1 to 16 (default: cities 4; a file 1, which keeps its order)
  --help          show this

Where the API wants a token, the environment holds it: ORRERY_TOKEN, with the scopes world:read and world:write.
`

/** @throws UsageError */
export const parseImportOptions = (args: string[]): ImportOptions => {
  const { values, positionals } = parse(args)
  const [source = '', ...surplus] = positionals
  const isCities = source === 'cities'
  const world = values.world ?? (isCities ? 'earth' : '')
  if (!values.help) {
    if (source === '' || surplus.length > 0) throw new UsageError('Give one source: cities, a file, or -')
    if (world === '') throw new UsageError('Give the world that the file goes to: --world NAME')
    if (values.limit !== undefined && !isCities) throw new UsageError('--limit is for cities')
  }
  return {
    ...{ source, world, url: parseUrl(values.url), help: values.help },
    batchItems: parseCount('--batch', values.batch, 10_000) ?? 1_000,
    limit: parseCount('--limit', values.limit, Number.MAX_SAFE_INTEGER),
    inFlight: parseCount('--in-flight', values['in-flight'], 16) ?? (isCities ? 4 : 1),
  }
}

const parse = (args: string[]) => {
  const options = {
    world: { type: 'string' },
    url: { type: 'string' },
    batch: { type: 'string' },
    limit: { type: 'string' },
    'in-flight': { type: 'string' },
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
