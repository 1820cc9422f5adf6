import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a child process of relay.test.ts connects to. */
export interface ChildSettings {
  databaseUrl: string
  sqsEndpoint: string
  doorbellUrl: string
  eventsUrl: string
}

/** A process that is started again whenever it was killed. */
export interface Restarting {
  name: string
  /** SIGKILL, then a new process; resolves when that one is at work. */
  killAndRestart(): Promise<void>
  end(): Promise<void>
}

/** `script` beside this file; it says `ready` over its channel, and ends when the channel closes. */
export const startRestarting = async (
  name: string,
  script: string,
  settings: ChildSettings,
): Promise<Restarting> => {
  const start = async (): Promise<ChildProcess> => {
    const path = fileURLToPath(new URL(script, import.meta.url))
    const child = fork(path, [JSON.stringify(settings)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const exited = once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with code ${code} before it was ready`)
    })
    await Promise.race([once(child, 'message'), exited])
    exited.catch(() => {})
    return child
  }
  const end = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  let child = await start()
  return {
    name,
    killAndRestart: async () => {
      await end(child)
      child = await start()
    },
    end: () => end(child),
  }
}
