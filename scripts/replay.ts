import { replayCommand } from './replay/command.ts'

process.exitCode = await replayCommand({
  args: process.argv.slice(2),
  env: process.env,
  out: (line) => console.log(line),
  err: (line) => console.error(line),
})
