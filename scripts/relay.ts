import { relayCommand } from './relay/command.ts'

process.exitCode = await relayCommand({
  args: process.argv.slice(2),
  env: process.env,
  out: (line) => console.log(line),
  err: (line) => console.error(line),
})
