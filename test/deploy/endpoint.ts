import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../scripts/local/postgres.ts'
import { interruptWhenOrphaned } from '../../scripts/local/processes.ts'
import { until } from '../support/until.ts'
import { run } from './run.ts'

/** A LocalStack-compatible endpoint. */
export interface Endpoint {
  url: string
  /** The environment by which the CDK, the SDK and the functions find it. */
  env: Record<string, string>
  /** False where AWS_ENDPOINT_URL named one that ran already: it goes on running. */
  isOurs: boolean
  stop(): Promise<void>
}

/** Tested with exactly this one: each release knows more, and test/deploy/endpoint-gaps.ts says what this one lacks. */
const release = 'ministack==1.5.33'

const environmentOf = (url: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: url,
  // the CDK's own client of S3 reads only this one
  AWS_ENDPOINT_URL_S3: url,
  AWS_REGION: 'us-east-1',
  // an emulator takes any, and nobody's own get there
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SESSION_TOKEN: '',
  AWS_PROFILE: '',
})

/**
 * The endpoint that AWS_ENDPOINT_URL names, or MiniStack, started from a virtual environment of our own.
 *
 * @param scratchDir absolute, outside the repository: the functions' code is unpacked there, and a package.json above
 *   it would say that the endpoint's own scripts are modules
 * @param logFile begun anew
 */
export const startEndpoint = async (scratchDir: string, logFile: string): Promise<Endpoint> => {
  const given = process.env.AWS_ENDPOINT_URL
  if (given !== undefined && given !== '')
    return { url: given, env: environmentOf(given), isOurs: false, stop: async () => {} }
  const program = await installMiniStack()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = startServer(program, port, scratchDir, logFile)
  const ended = new Promise<void>((done) => server.once('close', () => done()))
  void ended.then(interruptWhenOrphaned(server.pid!))
  const stop = async () => {
    signalGroup(server, 'SIGTERM')
    const timer = setTimeout(() => signalGroup(server, 'SIGKILL'), 10_000)
    await ended
    clearTimeout(timer)
    // the functions' processes are of its group
    signalGroup(server, 'SIGKILL')
  }
  try {
    await until('the endpoint answers', async () => {
      if (server.exitCode !== null) throw new Error(`it ended with code ${server.exitCode}`)
      return (await fetch(`${url}/_localstack/health`)).ok
    })
  } catch (error) {
    await stop()
    throw error
  }
  return { url, env: environmentOf(url), isOurs: true, stop }
}

const cacheDir = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))

/** Answers the program's path; made once, then kept. */
const installMiniStack = async (): Promise<string> => {
  const venv = join(cacheDir, release.replace('==', '-'))
  const program = join(venv, 'bin', 'ministack')
  const whole = join(venv, 'installed')
  if (existsSync(whole)) return program
  rmSync(venv, { recursive: true, force: true })
  mkdirSync(cacheDir, { recursive: true })
  await run('python3', ['-m', 'venv', venv])
  await run(join(venv, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', release])
  writeFileSync(whole, '')
  return program
}

/** In a process group of its own, with little of our environment: the functions inherit all of it. */
const startServer = (program: string, port: number, scratchDir: string, logFile: string): ChildProcess => {
  const server = spawn(program, [], {
    cwd: scratchDir,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      // it runs the functions with the first `node` that it finds
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: scratchDir,
      TMPDIR: scratchDir,
      BIND_HOST: '127.0.0.1',
      // roles may do what their policies say, and nothing else
      AUTH: 'true',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: '127.0.0.1',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  })
  const log = createWriteStream(logFile)
  for (const stream of [server.stdout, server.stderr]) stream!.pipe(log, { end: false })
  return server
}

const signalGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid!, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
