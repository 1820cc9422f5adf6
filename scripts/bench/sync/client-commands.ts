import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What was written, or heard of, and when: milliseconds of a clock that all processes share. */
export type Mark = [number: number, ms: number]

export type Command =
  /** Streams, all of the same URL. */
  | { kind: 'open'; url: string; accept: string; count: number }
  /** Bytes and marks since the last time. */
  | { kind: 'take' }
  | { kind: 'close' }
  /** Puts an entity so many times, one after the other; marks: when each was answered. */
  | { kind: 'write'; url: string; entity: object; from: number; count: number; gapMs: number }

export interface Answer {
  /** Of bodies of responses. */
  bytes: number
  marks: Mark[]
}

/** A process that does what it is told, one command after the other. */
export interface ClientProcess {
  ask(command: Command): Promise<Answer>
  stop(): Promise<void>
}

export const startClients = (): ClientProcess => {
  const child = fork(fileURLToPath(new URL('./client-process.ts', import.meta.url)), {
    serialization: 'advanced',
  })
  return {
    ask: async (command) => {
      const answered = once(child, 'message')
      child.send(command)
      const [answer] = (await answered) as [Answer | { error: string }]
      if ('error' in answer) throw new Error(answer.error)
      return answer
    },
    stop: async () => {
      if (child.exitCode !== null) return
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
