export const usage = `Usage: npm run deploy -- [--stage NAME] [flags of cdk deploy]

Deploys everything of a stage of cdk.json into the account and region of your AWS credentials: network, database
with its schema, queues, functions, physics. Again, it deploys what has changed.

  --stage NAME   default dev
  --help         show this

Before the first time in an account and region: npx cdk bootstrap. To be asked before permissions are widened:
--require-approval broadening. Everything else is in docs/deploy.md.`

export interface DeployOptions {
  stage: string
  help: boolean
  /** For the CDK, as they are. */
  flags: string[]
}

/** The command line is wrong in the way that the message says. */
export class UsageError extends Error {
  readonly code = 'usage'
}

/** @throws UsageError */
export const parseDeployOptions = (args: string[]): DeployOptions => {
  const options: DeployOptions = { stage: 'dev', help: false, flags: [] }
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    if (arg === '--help' || arg === '-h') options.help = true
    else if (arg === '--stage') options.stage = stageOf(args[++at])
    else if (arg.startsWith('--stage=')) options.stage = stageOf(arg.slice('--stage='.length))
    else options.flags.push(arg)
  }
  return options
}

const stageOf = (value: string | undefined): string => {
  if (value === undefined || value === '' || value.startsWith('-'))
    throw new UsageError('--stage takes the name of a stage of cdk.json')
  return value
}

/** Where the caller says nothing: nobody is asked, and every event of CloudFormation is a line. */
const defaults: Record<string, string> = { '--require-approval': 'never', '--progress': 'events' }

/** What `cdk` is run with. @param outputsFile where it writes what the stacks tell */
export const cdkArguments = ({ stage, flags }: DeployOptions, outputsFile: string): string[] => {
  const isGiven = (name: string) => flags.some((flag) => flag === name || flag.startsWith(`${name}=`))
  const added = Object.entries({ ...defaults, '--outputs-file': outputsFile }).filter(
    ([name]) => !isGiven(name),
  )
  return ['deploy', '--all', '--context', `stage=${stage}`, ...added.flat(), ...flags]
}
