import { chronicleCommand } from './chronicle/command.ts'

process.exitCode = await chronicleCommand({
  args: process.argv.slice(2),
  env: process.env,
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  progress: process.stderr,
})
