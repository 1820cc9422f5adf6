import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

export interface ChildOptions {
  name: string
  /** A module that Node runs. */
  script: string
  env: Record<string, string>
  /** The line of its output by which it says that it is ready. */
  readyLine: RegExp
  readyTimeoutMs?: number
  /** How long it has after SIGTERM; default 20,000. */
  stopTimeoutMs?: number
  log(line: string): void
}

export interface SupervisedChild {
  /** Of the process that runs now; undefined between two. */
  pid(): number | undefined
  isRunning(): boolean
  /** The match of the ready line of the process that came up last. */
  ready(): RegExpMatchArray
  stop(): Promise<void>
  kill(): void
}

const firstBackoffMs = 250
const maxBackoffMs = 30_000
// one that ran so long failed anew, not still
const healthyMs = 60_000

/**
 * Runs the script as a child process and starts it again, with growing pauses, whenever it ends by itself.
 * Resolves when it is ready for the first time. The child is in a process group of its own, so that Ctrl-C
 * in a terminal reaches the supervisor alone; its standard input is a pipe that ends with the supervisor.
 *
 * @throws Error where the first process ends or stays silent before it is ready
 */
export const startChild = async (options: ChildOptions): Promise<SupervisedChild> => {
  let stopping = false
  let child: ChildProcess
  let ready: RegExpMatchArray
  const matched = new Promise<void>((done) => {
    child = spawnChild(options, (match) => {
      ready = match
      done()
    })
  })
  const kill = () => child.kill('SIGKILL')
  const supervise = async (): Promise<void> => {
    for (let backoffMs = firstBackoffMs; ; ) {
      const startedAt = performance.now()
      const how = await endOf(child)
      if (stopping) return
      backoffMs = performance.now() - startedAt > healthyMs ? firstBackoffMs : backoffMs
      options.log(`${options.name} ended by itself (${how}); starting it again in ${backoffMs} ms`)
      await delay(backoffMs)
      if (stopping) return
      backoffMs = Math.min(maxBackoffMs, backoffMs * 2)
      child = spawnChild(options, (match) => {
        ready = match
      })
    }
  }
  await untilReady(child!, matched, options).catch((error: unknown) => {
    kill()
    throw error
  })
  const supervised = supervise()
  const stop = async () => {
    stopping = true
    child.kill('SIGTERM')
    const timer = setTimeout(() => {
      options.log(`${options.name} did not stop in time and is killed`)
      kill()
    }, options.stopTimeoutMs ?? 20_000)
    if (isRunning(child)) await endOf(child)
    clearTimeout(timer)
    await supervised
  }
  return {
    pid: () => (isRunning(child) ? child.pid : undefined),
    isRunning: () => isRunning(child),
    ready: () => ready,
    ...{ stop, kill },
  }
}

const isRunning = (child: ChildProcess): boolean =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null

/** Passes on every line of its output but the one that says that it is ready. */
const spawnChild = (
  { script, env, log, name, readyLine }: ChildOptions,
  onReady: (match: RegExpMatchArray) => void,
): ChildProcess => {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...env, ORRERY_PARENT_WATCH: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      const match = readyLine.exec(line)
      if (match === null) log(`${name}: ${line}`)
      else onReady(match)
    })
  return child
}

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((done) => {
    const tell = () => done(child.signalCode ?? `code ${child.exitCode}`)
    if (child.exitCode !== null || child.signalCode !== null) return tell()
    child.once('exit', tell).once('error', (error) => done(error.message))
  })

const untilReady = async (
  child: ChildProcess,
  matched: Promise<void>,
  { name, readyTimeoutMs = 30_000 }: ChildOptions,
): Promise<void> => {
  const waiting = new AbortController()
  const { signal } = waiting
  try {
    await Promise.race([
      matched,
      endOf(child).then((how) => {
        throw new Error(`${name} ended (${how}) before it was ready`)
      }),
      delay(readyTimeoutMs, undefined, { signal }).then(() => {
        throw new Error(`${name} was not ready in time`)
      }),
    ])
  } finally {
    waiting.abort()
  }
}
