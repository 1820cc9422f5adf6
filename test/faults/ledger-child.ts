import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { EngineOptions } from '#ledger/engine'

/** Where an engine kills itself: before this step, or so long after it has begun. */
export interface KillPoint {
  step: string
  afterMs?: number
}

export interface LedgerChildSettings {
  databaseUrl: string
  endpoint: string
  queueUrl: string
  objectsDir: string
  /** What it may keep of open spans in memory. */
  openSpansBytes: number
  options: Partial<EngineOptions>
  killAt?: KillPoint
  /** Where Node keeps compiled code, which halves the time that a process takes to start. */
  compileCacheDir: string
}

/** An engine in a process of its own. */
export interface LedgerChild {
  kill(): void
  /** What it wrote to standard error. */
  errors: string[]
  /** The step at which it killed itself, once it has. */
  killedAt(): string | undefined
  /** The exit code, or the signal that ended it. */
  exited: Promise<number | NodeJS.Signals>
}

/** Resolves when the engine runs, or has killed itself; it ends with this process at the latest. */
export const startLedgerChild = async (settings: LedgerChildSettings): Promise<LedgerChild> => {
  const script = fileURLToPath(new URL('./ledger-process.ts', import.meta.url))
  const child: ChildProcess = spawn(process.execPath, [script], {
    env: {
      ...{ ...process.env, LEDGER_CHILD: JSON.stringify(settings), ORRERY_PARENT_WATCH: '1' },
      NODE_COMPILE_CACHE: settings.compileCacheDir,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const [lines, errors]: string[][] = [[], []]
  createInterface({ input: child.stderr! }).on('line', (line) => errors.push(line))
  const output = createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line))
  // both: what it wrote last is read after it is gone
  const exited = Promise.all([once(child, 'exit'), once(output, 'close')]).then(
    ([[code, signal]]) => (signal ?? code) as number | NodeJS.Signals,
  )
  await Promise.race([once(output, 'line'), exited])
  return {
    ...{ errors, exited },
    kill: () => child.kill('SIGKILL'),
    killedAt: () => lines.find((line) => line.startsWith('killed at '))?.slice('killed at '.length),
  }
}
