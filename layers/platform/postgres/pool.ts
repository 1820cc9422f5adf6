import pg from 'pg'
import { clientConfig, type DatabaseConnection } from './connection.ts'

/** bigint (seq, tick, token, count) as a number: all stay below 2^53, at a million events a second for 285 years. */
const int8Oid = 20
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8Oid && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

export interface PoolOptions extends DatabaseConnection {
  /** Shown in pg_stat_activity. */
  applicationName: string
  /** Connections at most; default 10. */
  max?: number
  /** A transaction that runs longer is aborted by the server; default 10,000. The delayed doorbell relies on it. */
  transactionTimeoutMs?: number
  /** Sends each query without waiting for the one before; errors and results stay with their own query. Default false. */
  pipeline?: boolean
  /** Session settings, `name=value`. */
  settings?: string[]
  /**
   * A query without an answer fails after so long and its connection is given up, so that a server that
   * vanished without a word holds nobody for ever. Default: never.
   */
  queryTimeoutMs?: number
  /** A connection that nobody used for so long is closed; default 30,000. */
  idleMs?: number
  /** Default 5,000: soon enough for somebody who waits. For work that nobody waits for: `untilAwakeMs`. */
  connectionTimeoutMs?: number
}

/** An Aurora that has paused lets a connection in after some 15 s; 30 where it has slept for a day. */
export const untilAwakeMs = 45_000

export const defaultTransactionTimeoutMs = 10_000

const defaultIdleMs = 30_000

/**
 * A connection pool whose idle failures (the server went away) are left to the next query to report. A connection
 * that was idle for too long by the wall clock is not used again: while this process was frozen, as a Lambda
 * function is between two requests, no timer ran, and the server may have closed it (idle_session_timeout).
 */
export const createPool = (options: PoolOptions): pg.Pool => {
  const { idleMs = defaultIdleMs } = options
  const config: pg.PoolConfig & { pipeline: boolean } = {
    ...clientConfig(options),
    application_name: options.applicationName,
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectionTimeoutMs ?? 5_000,
    idleTimeoutMillis: idleMs,
    keepAlive: true,
    types,
    pipeline: options.pipeline ?? false,
    ...(options.queryTimeoutMs === undefined ? {} : { query_timeout: options.queryTimeoutMs }),
    options: [
      `transaction_timeout=${options.transactionTimeoutMs ?? defaultTransactionTimeoutMs}`,
      ...(options.settings ?? []),
    ]
      .map((setting) => `-c ${setting}`)
      .join(' '),
  }
  const pool = new pg.Pool(config)
  pool.on('error', () => {})
  // a connection that breaks between two queries of whoever holds it: the next one fails, the process goes on
  pool.on('connect', (client) => client.on('error', () => {}))
  return withoutStale(pool, idleMs)
}

type Connected = (
  error: Error | undefined,
  client?: pg.PoolClient,
  release?: pg.PoolClient['release'],
) => void

/** Lets `connect`, and with it `query`, pass over connections that were idle for longer than `idleMs`. */
const withoutStale = (pool: pg.Pool, idleMs: number): pg.Pool => {
  const releasedAt = new WeakMap<pg.PoolClient, number>()
  pool.on('release', (_, client) => releasedAt.set(client, Date.now()))
  const connect = pool.connect.bind(pool)
  const connectFresh = async (): Promise<pg.PoolClient> => {
    for (;;) {
      const client = await connect()
      if (Date.now() - (releasedAt.get(client) ?? Date.now()) <= idleMs) return client
      client.release(true)
    }
  }
  pool.connect = ((connected?: Connected) => {
    const fresh = connectFresh()
    return connected === undefined
      ? fresh
      : void fresh.then((client) => connected(undefined, client, client.release), connected)
  }) as typeof pool.connect
  return pool
}

const statementNames = new Map<string, string>()

/**
 * A query that each connection parses once. For texts that are constants of the code only: every one stays
 * prepared as long as its connection lives.
 */
export const prepared = (text: string, values: unknown[]): pg.QueryConfig => {
  let name = statementNames.get(text)
  if (name === undefined) statementNames.set(text, (name = `s${statementNames.size}`))
  return { name, text, values }
}

/**
 * Runs `work` in one transaction and commits it; any error rolls back and is thrown on. The connection is
 * thrown away when the error says that it is broken. `begin` may set the isolation level.
 */
export const inTransaction = async <T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> => {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query(begin)
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/**
 * The `begin` of a transaction that may take longer than the pool's others. First none, then this one: PostgreSQL does not
 * change a limit that is running.
 */
export const beginWithin = (timeoutMs: number, begin = 'BEGIN'): string =>
  `${begin}; SET LOCAL transaction_timeout = 0; SET LOCAL transaction_timeout = ${timeoutMs}`

/** As `inTransaction`, with the tenant set for row-level security. */
export const inTenantTransaction = <T>(
  pool: pg.Pool,
  tenantId: string,
  work: (client: pg.PoolClient) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> =>
  inTransaction(
    pool,
    async (client) => {
      await client.query(`SELECT set_config('orrery.tenant', $1, true)`, [tenantId])
      return work(client)
    },
    begin,
  )

const unavailableStates = new Set([
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '53300',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  // a writer that has just become a reader
  '25006',
])
const unavailableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNABORTED',
  'secret-unavailable',
])

/** Whether the error says that PostgreSQL cannot be reached now, rather than that it refused a statement. */
export const isDatabaseUnavailable = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string') return unavailableStates.has(code) || unavailableCodes.has(code)
  return /Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|not queryable/.test(
    error.message,
  )
}

/** Whether the server gave the statement up because it took too long (transaction_timeout, statement_timeout). */
export const isTimeout = (error: unknown): boolean =>
  error instanceof Error && ['25P04', '57014'].includes((error as { code?: string }).code ?? '')
