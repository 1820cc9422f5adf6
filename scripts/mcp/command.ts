import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { httpCaller } from '#mcp/http-caller'
import { createMcpServer } from '#mcp/server'
import { UsageError } from '../local/options.ts'
import { type McpOptions, mcpUsage, parseMcpOptions } from './options.ts'

export interface McpCommandOptions {
  args: string[]
  env: NodeJS.ProcessEnv
  /** Gets what people read. */
  out: (line: string) => void
}

/** Serves one client until its end of the pipe is closed. Answers the exit code. */
export const mcpCommand = async ({ args, env, out }: McpCommandOptions): Promise<number> => {
  try {
    const options = parseMcpOptions(args)
    if (options === undefined) out(mcpUsage)
    else await serve(options, env.ORRERY_TOKEN, out)
    return 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    out(`${error.message}\n\n${mcpUsage}`)
    return 2
  }
}

const serve = async (
  { url, tokenFile, world }: McpOptions,
  given: string | undefined,
  out: (line: string) => void,
): Promise<void> => {
  const token = async () => (tokenFile === undefined ? given || undefined : await readToken(tokenFile))
  const caller = callerOf(await token())
  const api = httpCaller({ url, token })
  const server = createMcpServer({ api, defaultWorld: world, caller, now: () => new Date() })
  const closed = new Promise<void>((done) => {
    server.onclose = done
    process.stdin.once('end', done)
  })
  server.onerror = ({ message }) => out(`mcp: ${message}`)
  await server.connect(new StdioServerTransport())
  out(`mcp: serves ${url}, world ${world}`)
  await closed
  await server.close()
}

const readToken = async (file: string): Promise<string> => {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    throw new UsageError(`--token-file cannot be read: ${(error as Error).message}`)
  }
}

/** Names the forks of a user: whose token it is, in words that nobody reads. It proves nothing, and need not. */
const callerOf = (token: string | undefined): string =>
  token === undefined ? 'local' : createHash('sha256').update(subjectOf(token)).digest('hex').slice(0, 12)

const subjectOf = (token: string): string => {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return JSON.stringify([claims.iss, claims.sub])
  } catch {
    return token
  }
}
