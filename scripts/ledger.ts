import { ledgerCommand } from './ledger/command.ts'

process.exitCode = await ledgerCommand({
  args: process.argv.slice(2),
  env: process.env,
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  progress: process.stderr,
})
