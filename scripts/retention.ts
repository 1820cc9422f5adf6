import { retentionCommand } from './retention/command.ts'

process.exitCode = await retentionCommand({
  args: process.argv.slice(2),
  env: process.env,
  out: (line) => console.log(line),
  err: (line) => console.error(line),
})
