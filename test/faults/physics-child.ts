import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { PhysicsConfig } from '#physics/config'

/** A physics service in a process of its own. */
export interface PhysicsChild {
  /** As leases name it. */
  holder: string
  signal(name: NodeJS.Signals): void
  /** What it wrote to standard error. */
  errors: string[]
  isRunning(): boolean
  /** The exit code, or the signal that ended it. */
  exited: Promise<number | NodeJS.Signals>
}

/** Resolves when the service has its slot; it ends with this process at the latest. */
export const startPhysicsChild = async (config: Partial<PhysicsConfig>): Promise<PhysicsChild> => {
  const script = fileURLToPath(new URL('./physics-process.ts', import.meta.url))
  const child: ChildProcess = spawn(process.execPath, [script], {
    env: { ...process.env, PHYSICS_CONFIG: JSON.stringify(config), ORRERY_PARENT_WATCH: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const errors: string[] = []
  createInterface({ input: child.stderr! }).on('line', (line) => errors.push(line))
  const exited = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals)
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => resolve(line.replace('ready as ', '')))
    void exited.then((how) => reject(new Error(`physics ended (${how}): ${errors.join('\n')}`)))
  })
  const holder = await ready
  return {
    ...{ holder, errors, exited },
    signal: (name) => child.kill(name),
    isRunning: () => child.exitCode === null && child.signalCode === null,
  }
}
