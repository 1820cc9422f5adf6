import { parseArgs } from 'node:util'

export interface StartOptions {
  port: number
  dataDir: string
  fresh: boolean
  help: boolean
}

/** The command line is not one that is understood. */
export class UsageError extends Error {
  readonly code = 'usage'
}

export const startUsage = `Usage: npm start -- [options]

Runs Orrery whole on this machine until Ctrl-C: PostgreSQL, queues, relay, physics and the API.

  --port N     port of the API on 127.0.0.1 (default 7000; 0 takes a free one)
  --data DIR   where everything is kept (default .orrery)
  --fresh      delete what is kept there first
  --help       show this
`

/** @throws UsageError */
export const parseStartOptions = (args: string[]): StartOptions => {
  const { port, data, fresh, help } = parse(args)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port takes a number from 0 to 65535, not ${JSON.stringify(port)}`)
  if (data === '') throw new UsageError('--data takes a folder')
  return { port: Number(port), dataDir: data, fresh, help }
}

const parse = (args: string[]) => {
  try {
    const options = {
      port: { type: 'string', default: '7000' },
      data: { type: 'string', default: '.orrery' },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    } as const
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
