import { parseArgs } from 'node:util'
import { isSecure } from '#platform/http/loopback'
import { worldNameSchema } from '#world/schemas'
import { UsageError } from '../local/options.ts'

export const mcpUsage = `Usage: npm run --silent mcp -- [options]

Serves the Model Context Protocol on standard input and output, over the API at a URL. Logs go to standard error.

  --url URL          of the API (default http://127.0.0.1:7000); https, or on this machine
  --token-file FILE  holds a token; it is read again for each request, so a new one may take its place
  --world W          for tools that are called without a world (default default)
  --help             show this

ORRERY_TOKEN is taken where there is no --token-file; without either, no token is sent.
`

export interface McpOptions {
  url: string
  tokenFile: string | undefined
  world: string
}

/** Undefined: help is wanted. @throws UsageError */
export const parseMcpOptions = (args: string[]): McpOptions | undefined => {
  const { url, 'token-file': tokenFile, world, help } = parse(args)
  if (help) return undefined
  if (!URL.canParse(url)) throw new UsageError(`--url takes a URL, not '${url}'`)
  if (!isSecure(url)) throw new UsageError(`--url takes an https URL, or http: on this machine, not '${url}'`)
  if (new URL(url).search !== '' || new URL(url).hash !== '') throw new UsageError('--url takes no query')
  if (!worldNameSchema.safeParse(world).success) throw new UsageError(`--world takes a name, not '${world}'`)
  return { url, tokenFile, world }
}

const parse = (args: string[]) => {
  try {
    const options = {
      url: { type: 'string', default: 'http://127.0.0.1:7000' },
      'token-file': { type: 'string' },
      world: { type: 'string', default: 'default' },
      help: { type: 'boolean', short: 'h', default: false },
    } as const
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
