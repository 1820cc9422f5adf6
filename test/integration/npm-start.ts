import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { vi } from 'vitest'

/** `npm start`, run for real. */
export interface StartProcess {
  /** Of npm, which is the parent of the shell or the node process. */
  npm: ChildProcess
  output(): string
  ready(): Promise<void>
  ended(): Promise<number | null>
}

export const npmStart = (args: string[]): StartProcess => {
  // a process group of its own, as a terminal gives it; npm hides what a command of its own prints less well
  const npm = spawn('npm', ['start', '--silent', '--', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  for (const stream of [npm.stdout, npm.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  const closed = new Promise<number | null>((done) => npm.once('close', (code) => done(code)))
  const ready = () =>
    vi.waitUntil(
      () => {
        if (npm.exitCode !== null) throw new Error(`npm start ended with ${npm.exitCode}:\n${output}`)
        return output.includes('Ready in ')
      },
      { timeout: 30_000 },
    )
  return {
    npm,
    output: () => output,
    ready: async () => {
      await ready()
    },
    ended: () => closed,
  }
}

/** The processes whose command line names the folder; only where there is /proc. */
export const processesOf = (dataDir: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && mentions(pid, dataDir))

const mentions = (pid: number, dataDir: string): boolean => {
  try {
    const isZombie = readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
    return !isZombie && (command.includes(dataDir) || environment.includes(dataDir))
  } catch {
    return false
  }
}
