import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { interruptWhenOrphaned } from '../../scripts/local/processes.ts'

/** A real server in a folder of its own, on 127.0.0.1. */
export interface RedisServer {
  url: string
  /** Ends it hard; it comes back, empty, by `start`. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

class ServerMissing extends Error {
  readonly code = 'server-missing'
}

const programs = ['valkey-server', 'redis-server']

/** The first that is installed. @throws ServerMissing */
const findProgram = (): string => {
  const found = programs.find(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0,
  )
  if (found !== undefined) return found
  throw new ServerMissing(
    'neither valkey-server nor redis-server is here (on Debian: apt-get install redis-server, or valkey)',
  )
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

/** @throws ServerMissing that says what to install */
export const startRedisServer = async (): Promise<RedisServer> => {
  const program = findProgram()
  const [port, folder] = [await freePort(), mkdtempSync(join(tmpdir(), 'orrery-redis-'))]
  let running: { child: ChildProcess; letGo: () => void } | undefined

  const start = async (): Promise<void> => {
    const options = { bind: '127.0.0.1', port, dir: folder, save: '', appendonly: 'no' }
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    running = { child, letGo: interruptWhenOrphaned(child.pid!) }
    let output = ''
    for await (const text of child.stdout!.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      output += text
      if (output.includes('Ready to accept connections')) {
        child.stdout!.resume()
        return
      }
    }
    throw new Error(`${program} did not start:\n${output}`)
  }

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (running === undefined) return
    const { child, letGo } = running
    running = undefined
    letGo()
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: () => end('SIGKILL'),
    start,
    stop: async () => {
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
