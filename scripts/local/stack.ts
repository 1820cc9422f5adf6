import { mkdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import type { Embedder } from '#chronicle/embedding/embedder'
import { createEmbedder, embedderSettings } from '#chronicle/embedding/settings'
import type { IdentitySettings } from '#platform/auth/verifier'
import { readEnvironment } from '#platform/config/environment'
import { type LocalServer, startLocalServer } from '#platform/http/local-server'
import type { StaticSite } from '#platform/http/static-site'
import type { TenantLimits } from '#platform/limits/tenant-limits'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { createFilesystemOverflow } from '#platform/overflow/filesystem'
import type { OverflowSpool } from '#platform/overflow/overflow'
import { migrate } from '#platform/postgres/migrate'
import type { DatabaseRole } from '#platform/postgres/roles'
import { type CacheSettings, openEntityCache } from '#world/cache/adapters/open'
import { createLocalApi, startLocalDrainer } from './api.ts'
import { type CacheRule, createCacheRule } from './cache-rule.ts'
import { startLocalChronicle } from './chronicle.ts'
import { lockDataDirectory, writeHolder } from './data-lock.ts'
import { closedDoor, developmentDoor } from './identity.ts'
import { issuerKeyFile, keepIssuerKey } from './issuer-key.ts'
import { type LocalLedger, startLocalLedger } from './ledger.ts'
import { createLocalMetrics, type LocalMetrics } from './metrics.ts'
import { defaultCacheMegabytes } from './options.ts'
import { createParts, type Parts, type PartsOptions } from './parts.ts'
import { type LocalPhysics, startLocalPhysics } from './physics.ts'
import { stopOrphanPostgres } from './postgres.ts'
import { type LocalQueues, startQueues } from './queues.ts'
import { type LocalRelay, startLocalRelay } from './relay.ts'
import { removeRunFile, urlsByRole, writeRunFile } from './run-file.ts'
import { startLocalSnapshots } from './snapshots.ts'
import { type SupervisedPostgres, startSupervisedPostgres } from './supervised-postgres.ts'

export interface StackOptions {
  /** Made when it is missing; one stack at a time runs on it. */
  dataDir: string
  /** Of the API; 0 takes a free one. */
  port: number
  /** Default 127.0.0.1; an address that other machines reach needs `identity`. */
  host?: string
  /** Whose tokens open the API, and nothing else does. Default: the development issuer, and nobody needs one. */
  identity?: IdentitySettings | undefined
  /** The console; default: none is served. */
  site?: StaticSite | undefined
  /** What each tenant may send; default: as much as it likes. */
  limits?: TenantLimits | undefined
  /** Of entities that are read; default: 384 MB of this process. */
  cache?: CacheSettings | undefined
  /** Deletes what is kept in `dataDir` first. */
  fresh?: boolean
  /** Further settings of PostgreSQL, `name=value`. */
  postgresSettings?: string[]
  /** Further environment of the physics process. */
  physicsEnv?: Record<string, string>
  /** A line about what goes wrong, or right again, while it runs. */
  log: (line: string) => void
  report?: PartsOptions['report']
  /** Ends a start that is under way. */
  signal?: AbortSignal
}

/** All of Orrery, running on this machine. */
export interface Stack {
  /** Of the API. */
  url: string
  dataDir: string
  databaseUrl(role: DatabaseRole): string
  postgres: SupervisedPostgres
  queues: LocalQueues
  physics: LocalPhysics
  ledger: LocalLedger
  overflow: OverflowSpool
  /** Stops everything in reverse order. */
  stop(): Promise<void>
  /** Ends the child processes hard; the next start recovers. */
  kill(): void
}

/** The API's port is taken by another program, or this account may not listen on it. */
export class PortTaken extends Error {
  readonly code = 'port-taken'

  constructor(port: number, cause: NodeJS.ErrnoException) {
    const why = cause.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${cause.code})`
    const other = port >= 1_024 && port < 65_535 ? port + 1 : 7_000
    super(`Port ${port} ${why}. Choose another one: npm start -- --port ${other}`, { cause })
  }
}

/**
 * Brings the parts up one after the other; each may rely on those before it. Where one fails, those before
 * it are stopped again.
 *
 * @throws DataDirectoryInUse, PortTaken, StartInterrupted, DatabaseNewerThanCode, InvalidEnvironment
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const { log, report = () => {}, signal } = options
  const parts = createParts({ log, report, signal })
  const embedder = createEmbedder(readEnvironment('npm start', embedderSettings, process.env))
  const dataDir = resolve(options.dataDir)
  await claimDirectory(parts, dataDir, options)
  const postgres = await startDatabase(parts, dataDir, options)
  const queues = await parts.start({
    name: 'queues',
    start: () => startQueues(),
    describe: ({ endpoint }) => `SQS on ${endpoint}`,
    stop: (running) => running.stop(),
  })
  const databaseUrl = postgres.url
  const metrics = createLocalMetrics()
  const cacheRule = createCacheRule()
  const relay = await parts.start({
    name: 'relay',
    start: () =>
      startLocalRelay({
        ...{ databaseUrl: databaseUrl('orrery_relay'), queues, rules: [cacheRule.rule] },
        ...{ metrics: metrics.relay, log },
      }),
    describe: () => 'follows the doorbell',
    stop: (running) => running.stop(),
  })
  const physics = await parts.start({
    name: 'physics',
    start: () =>
      startLocalPhysics({
        ...{ databaseUrl: databaseUrl('orrery_physics'), queues, env: options.physicsEnv, log },
        objectStoreDir: join(dataDir, 'objects'),
      }),
    describe: ({ url, slot }) => `${url()}, slot ${slot()}`,
    stop: (running) => running.stop(),
    kill: (running) => running.kill(),
  })
  const ledger = await parts.start({
    name: 'ledger',
    start: () =>
      startLocalLedger({
        ...{
          databaseUrl: databaseUrl('orrery_background'),
          writerUrl: databaseUrl('orrery_app'),
          queues,
          log,
        },
        objectStoreDir: join(dataDir, 'objects'),
        storesDir: join(dataDir, 'ledger'),
      }),
    describe: ({ url }) => `${url()}, commits what ticks`,
    stop: (running) => running.stop(),
    kill: (running) => running.kill(),
  })
  const { overflow, api } = await startApi(parts, options, {
    ...{ dataDir, databaseUrl, queues, relay, physics, ledger, metrics, cacheRule, embedder },
  })
  await parts.start({
    name: 'snapshots',
    start: () =>
      startLocalSnapshots({
        ...{ databaseUrl: databaseUrl('orrery_background'), queues, log },
        objects: filesystemObjectStore(join(dataDir, 'objects')),
      }),
    describe: () => 'for worlds that want one every so many minutes, and datasets of them',
    stop: (running) => running.stop(),
  })
  await parts.start({
    name: 'chronicle',
    start: () =>
      startLocalChronicle({
        databaseUrl: databaseUrl('orrery_background'),
        writerUrl: databaseUrl('orrery_app'),
        ...{ queues, metrics: metrics.chronicle, embedder, log },
      }),
    describe: () => 'projects what is told onto entities',
    stop: (running) => running.stop(),
  })
  await parts.start({
    name: 'run file',
    start: async () => {
      const issuer = options.identity?.issuer ?? api.url
      writeRunFile(dataDir, runOf(api.url, issuer, postgres, queues))
      writeHolder(dataDir, api.url)
    },
    stop: () => removeRunFile(dataDir),
  })
  return {
    ...{ url: api.url, dataDir, databaseUrl, postgres, queues, physics, ledger, overflow },
    ...{ stop: parts.stop, kill: parts.kill },
  }
}

const defaultCache: CacheSettings = { kind: 'memory', megabytes: defaultCacheMegabytes }
/** Wraps the data keys of tenants: what sensitive components hold is lost without it. */
const sealingKeyFile = 'sealing-key'

const answers = async (url: string): Promise<boolean> => (await fetch(url)).ok

interface Below {
  dataDir: string
  databaseUrl: SupervisedPostgres['url']
  queues: LocalQueues
  relay: LocalRelay
  physics: LocalPhysics
  ledger: LocalLedger
  metrics: LocalMetrics
  cacheRule: CacheRule
  embedder: Embedder | undefined
}

/** The API; whatever still waits on disk is applied before anybody can come through its door. */
const startApi = async (
  parts: Parts,
  { host = '127.0.0.1', port, identity, site, limits, cache = defaultCache, log }: StackOptions,
  { dataDir, databaseUrl, queues, relay, physics, ledger, metrics, cacheRule, embedder }: Below,
): Promise<{ overflow: OverflowSpool; api: LocalServer }> => {
  const overflow = await createFilesystemOverflow(join(dataDir, 'spool'))
  const writing = await parts.start({
    name: 'writer',
    start: async () =>
      createLocalApi({
        ...{
          databaseUrl: databaseUrl('orrery_app'),
          queues,
          overflow,
          limits,
          embedder,
          metrics: metrics.api,
          log,
        },
        ...{ objects: filesystemObjectStore(join(dataDir, 'objects')), cache: openEntityCache(cache) },
        sealingKeyFile: join(dataDir, sealingKeyFile),
        parts: {
          queues: () => answers(`${queues.endpoint}/health`),
          physics: async () => physics.isRunning(),
        },
      }),
    stop: (running) => running.close(),
  })
  cacheRule.tell(writing.changed)
  const waiting = (await overflow.divertedKeys()).length
  await parts.start({
    name: 'overflow',
    start: async () => startLocalDrainer(overflow, writing, log),
    describe: () =>
      waiting === 0 ? 'nothing waits' : `requests of ${waiting} worlds wait and are applied now`,
    stop: (drainer) => drainer.stop(),
  })
  const api = await parts.start({
    name: 'api',
    start: async () =>
      startLocalServer({
        ...{ handler: writing.handler, host, port, site, door: await doorOf(dataDir, identity) },
        metrics: () => metrics.text({ relay, overflow, physics, ledger }),
      }),
    describe: ({ url }) =>
      `${url}, ${identity === undefined ? 'no token needed' : `tokens of ${identity.issuer}`}`,
    stop: (running) => running.stop(),
  })
  return { overflow, api }
}

const doorOf = async (dataDir: string, identity: IdentitySettings | undefined) => {
  if (identity !== undefined) {
    const door = closedDoor(identity)
    return () => door
  }
  const key = await keepIssuerKey(dataDir)
  return (url: string) => developmentDoor(url, key)
}

const runOf = (url: string, issuer: string, postgres: SupervisedPostgres, queues: LocalQueues) => ({
  pid: process.pid,
  ...{ url, issuer },
  databaseUrls: urlsByRole(postgres.url),
  sqsEndpoint: queues.endpoint,
  region: queues.region,
  queues: queues.urls,
})

/** Nothing is touched, let alone started, before the directory is ours and the port is known to be free. */
const claimDirectory = async (parts: Parts, dataDir: string, options: StackOptions): Promise<void> => {
  const { host = '127.0.0.1', port, fresh } = options
  await parts.start({
    name: 'data',
    start: async () => {
      const release = lockDataDirectory(dataDir, `http://${host}:${port}`)
      try {
        await refuseTakenPort(host, port)
        await stopOrphanPostgres(join(dataDir, 'postgres'))
        if (fresh) removeData(dataDir)
        mkdirSync(join(dataDir, 'objects'), { recursive: true })
        return release
      } catch (error) {
        release()
        throw error
      }
    },
    describe: () => `${dataDir}${fresh ? ', emptied' : ''}`,
    stop: (release) => release(),
  })
}

const refuseTakenPort = (host: string, port: number): Promise<void> =>
  new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => fail(new PortTaken(port, error)))
    probe.listen(port, host, () => probe.close(() => done()))
  })

/** Only what a stack makes: the folder may be one that holds other things too. */
const removeData = (dataDir: string): void => {
  for (const name of [
    'run.json',
    'postgres',
    'postgresql.log',
    'objects',
    'ledger',
    'spool',
    issuerKeyFile,
    sealingKeyFile,
  ])
    rmSync(join(dataDir, name), { recursive: true, force: true })
}

const startDatabase = async (
  parts: Parts,
  dataDir: string,
  { log, postgresSettings }: StackOptions,
): Promise<SupervisedPostgres> => {
  const postgres = await parts.start({
    name: 'postgresql',
    start: () =>
      startSupervisedPostgres({
        dataDir: join(dataDir, 'postgres'),
        settings: postgresSettings ?? [],
        logFile: join(dataDir, 'postgresql.log'),
        log,
      }),
    describe: ({ port }) => `on 127.0.0.1:${port}`,
    stop: (running) => running.stop(),
    kill: (running) => running.kill(),
  })
  await parts.start({
    name: 'migrations',
    start: () => migrate({ connectionString: postgres.url('orrery_migrate') }),
    describe: (ran) => (ran.length === 0 ? 'the schema is up to date' : `ran ${ran.join(', ')}`),
  })
  return postgres
}
