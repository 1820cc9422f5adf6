import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleFunction } from '../../scripts/bundle/bundle.ts'

/** A Lambda function of ours, bundled as it goes to AWS, in a process of its own. */
export interface RunningFunction {
  /** @throws Error with the message of what the function threw. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the test expects it to be
  invoke(event: unknown): Promise<any>
  /** What it has written: its log. */
  output(): string
  stop(): Promise<void>
}

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** `env` is its whole environment. */
export const startFunction = async (name: string, env: Record<string, string>): Promise<RunningFunction> => {
  const folder = await mkdtemp(join(tmpdir(), `orrery-${name}-`))
  await bundleFunction(inRepository(`functions/${name}/handler.ts`), folder)
  if (name === 'migrate')
    await cp(inRepository('layers/platform/migrations'), join(folder, 'migrations'), { recursive: true })
  const child = fork(inRepository('test/support/function-process.ts'), [join(folder, 'index.mjs')], {
    env: { NODE_OPTIONS: '--enable-source-maps', ...env },
    silent: true,
    execArgv: [],
  })
  let output = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with code ${code}:\n${output}`)
  })
  ended.catch(() => {})
  await Promise.race([once(child, 'message'), ended])
  const invoke = createInvoke(child, ended)
  return {
    invoke,
    output: () => output,
    stop: async () => {
      const exited = ended.catch(() => {})
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true })
    },
  }
}

interface Answer {
  id: number
  answer?: unknown
  error?: string
}

const createInvoke = (child: ChildProcess, ended: Promise<never>) => {
  let invocations = 0
  return (event: unknown): Promise<unknown> => {
    const id = ++invocations
    const answered = new Promise((resolve, reject) => {
      const listen = (message: Answer): void => {
        if (message.id !== id) return
        child.off('message', listen)
        if (message.error === undefined) resolve(message.answer)
        else reject(new Error(message.error))
      }
      child.on('message', listen)
    })
    child.send({ id, event })
    return Promise.race([answered, ended])
  }
}
