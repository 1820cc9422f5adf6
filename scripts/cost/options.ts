import { parseArgs } from 'node:util'
import { UsageError } from '../local/options.ts'

export interface CostOptions {
  stage: string
  /** Takes off what AWS gives every account each month. */
  freeTier: boolean
  /** Prints nothing but the JSON. */
  json: boolean
  help: boolean
}

export const costUsage = `Usage: npm run cost -- [options]

Reads the synthesized templates of a stage and prints what it costs a month in us-east-1: while nobody plays, and
with three workloads. Fails where nobody plays and it is not below 5 dollars. See docs/cost.md.

  --stage NAME   of cdk.json (default dev)
  --free-tier    takes off what AWS gives every account each month for ever
  --json         prints the JSON line only
  --help         show this
`

/** @throws UsageError */
export const parseCostOptions = (args: string[]): CostOptions => {
  const { stage, json, help, 'free-tier': freeTier } = parse(args)
  if (!/^[a-z][a-z0-9-]*$/.test(stage))
    throw new UsageError(`--stage takes the name of a stage, not ${JSON.stringify(stage)}`)
  return { stage, freeTier, json, help }
}

const parse = (args: string[]) => {
  try {
    const options = {
      stage: { type: 'string', default: 'dev' },
      'free-tier': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    } as const
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
