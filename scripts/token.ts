import { tokenCommand } from './token/command.ts'

process.exitCode = await tokenCommand({
  args: process.argv.slice(2),
  out: (line) => console.log(line),
  err: (line) => console.error(line),
})
