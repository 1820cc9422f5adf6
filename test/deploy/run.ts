import { spawn } from 'node:child_process'

interface RunOptions {
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** It is killed after so long; default 300,000. */
  timeoutMs?: number
}

/**
 * Runs a program to its end and answers what it printed.
 *
 * @throws Error with the last of what it printed, where it fails or cannot be started
 */
export const run = (command: string, args: string[], options: RunOptions = {}): Promise<string> =>
  new Promise((done, fail) => {
    const { timeoutMs: timeout = 300_000, ...rest } = options
    const child = spawn(command, args, { ...rest, timeout, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    child.once('error', (cause) => fail(new Error(`${command} cannot be started`, { cause })))
    child.once('close', (code, signal) => {
      if (code === 0) done(output)
      else
        fail(
          new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}:\n${output.slice(-8_000)}`),
        )
    })
  })
