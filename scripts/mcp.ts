import { mcpCommand } from './mcp/command.ts'

process.exitCode = await mcpCommand({
  args: process.argv.slice(2),
  env: process.env,
  // the protocol has the standard output to itself
  out: (line) => console.error(line),
})
