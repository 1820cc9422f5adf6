import { costCommand } from './cost/command.ts'
import { synthesize } from './cost/synth.ts'

process.exitCode = await costCommand({
  args: process.argv.slice(2),
  ...{ synthesize, out: console.log, err: console.error },
})
