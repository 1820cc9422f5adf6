import { execFileSync } from 'node:child_process'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { databaseConnection, databaseSettings } from '#platform/config/database'
import { readEnvironment } from '#platform/config/environment'
import {
  beginWithin,
  createPool,
  inTransaction,
  isDatabaseUnavailable,
  type PoolOptions,
} from '#platform/postgres/pool'
import { makeCertificate } from '../support/certificate.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type SecretsServer, startSecretsServer } from '../support/secrets-server.ts'
import { startTcpProxy, through } from '../support/tcp-proxy.ts'
import { startTlsPostgres, type TlsPostgres } from '../support/tls-postgres.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
const pools: pg.Pool[] = []

const connect = (options: Omit<PoolOptions, 'applicationName'> & { applicationName?: string }): pg.Pool => {
  const pool = createPool({ applicationName: 'test-connection', ...options })
  pools.push(pool)
  return pool
}

const userOf = async (pool: pg.Pool): Promise<string> =>
  (await pool.query('SELECT current_user AS name')).rows[0].name

beforeAll(async () => {
  database = await createTestDatabase()
})

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()))
})

afterAll(() => database?.drop())

/** The URL without its password, and the password. */
const split = (given: string): { connectionString: string; password: string } => {
  const url = new URL(given)
  const { password } = url
  url.password = ''
  return { connectionString: url.href, password }
}

it('lets a transaction take longer than those of its pool, and no longer than it says', async () => {
  const pool = connect({ connectionString: database.url('orrery_app'), transactionTimeoutMs: 200 })
  const slowly = (begin?: string) =>
    inTransaction(pool, (client) => client.query('SELECT pg_sleep(0.5)'), begin)
  await expect(slowly()).rejects.toThrow('transaction timeout')
  await expect(slowly(beginWithin(60_000))).resolves.toBeDefined()
  await expect(slowly(beginWithin(300))).rejects.toThrow('transaction timeout')
})

describe('a password that is asked for', () => {
  it('is asked for once for each new connection, and serves a URL that has none', async () => {
    const { connectionString, password } = split(database.url('orrery_app'))
    let asked = 0
    const pool = connect({
      connectionString,
      password: async () => {
        asked++
        return password
      },
    })
    const clients = await Promise.all([pool.connect(), pool.connect()])
    for (const client of clients) client.release()
    expect(await userOf(pool)).toBe('orrery_app')
    expect(asked).toBe(2)
  })

  it('that cannot be had now counts as a database that is away, and leaves no connection behind', async () => {
    const proxy = await startTcpProxy(Number(new URL(database.adminUrl).port))
    const { connectionString } = split(through(database.url('orrery_app'), proxy))
    const failure = Object.assign(new Error('no'), { code: 'secret-unavailable' })
    const pool = connect({ connectionString, password: () => Promise.reject(failure) })
    const error = await userOf(pool).catch((thrown: unknown) => thrown)
    expect(error).toBe(failure)
    expect(isDatabaseUnavailable(error)).toBe(true)
    await until('the connection is closed', () => proxy.connections() === 0)
    await proxy.stop()
  })
})

/** Blocks this process, timers and sockets too, until the server has no such connection any more. */
const freezeUntilClosed = (applicationName: string): void => {
  const script = `
    const client = new (require('pg').Client)(process.argv[1])
    const look = async () => {
      const { rowCount } = await client.query('SELECT FROM pg_stat_activity WHERE application_name = $1', [process.argv[2]])
      if (rowCount > 0) setTimeout(look, 20)
      else await client.end()
    }
    client.connect().then(look)`
  execFileSync(process.execPath, ['-e', script, database.adminUrl, applicationName], { timeout: 20_000 })
}

describe('a process that was frozen', () => {
  it('does not use a connection that the server closed meanwhile', async () => {
    const pool = connect({
      connectionString: database.url('orrery_app'),
      applicationName: 'test-frozen',
      settings: ['idle_session_timeout=300'],
      idleMs: 150,
      max: 3,
    })
    const clients = await Promise.all([pool.connect(), pool.connect(), pool.connect()])
    for (const client of clients) client.release()
    freezeUntilClosed('test-frozen')
    const users = await Promise.all(Array.from({ length: 6 }, () => userOf(pool)))
    expect(users).toEqual(Array(6).fill('orrery_app'))
  })

  it('keeps a connection that was used a moment ago', async () => {
    const pool = connect({ connectionString: database.url('orrery_app'), max: 1 })
    const pid = async () => (await pool.query('SELECT pg_backend_pid() AS pid')).rows[0].pid
    expect(await pid()).toBe(await pid())
  })
})

describe('the secret of the database', () => {
  let secrets: SecretsServer

  beforeAll(async () => {
    secrets = await startSecretsServer()
  })
  afterAll(() => secrets?.stop())

  it('brings the password of the role in DATABASE_URL', async () => {
    const { connectionString, password } = split(database.url('orrery_relay'))
    secrets.put('orrery/database', { username: 'postgres', password: 'x', rolePassword: password })
    const settings = readEnvironment('this test', databaseSettings, {
      DATABASE_URL: connectionString,
      DATABASE_AUTH: 'secret',
      DATABASE_SECRET_ARN: 'orrery/database',
      AWS_REGION: 'us-east-1',
    })
    const pool = connect({ ...databaseConnection(settings), max: 2 })
    expect(await Promise.all([userOf(pool), userOf(pool)])).toEqual(['orrery_relay', 'orrery_relay'])
    expect(secrets.reads()).toBe(1)
  })

  it('that lacks the field names it, and is an error rather than an outage', async () => {
    secrets.put('orrery/other', { username: 'postgres', password: 'x' })
    const settings = readEnvironment('this test', databaseSettings, {
      DATABASE_URL: split(database.url('orrery_relay')).connectionString,
      DATABASE_AUTH: 'secret',
      DATABASE_SECRET_ARN: 'orrery/other',
      AWS_REGION: 'us-east-1',
    })
    const error = await userOf(connect(databaseConnection(settings))).catch((thrown: unknown) => thrown)
    expect((error as Error).message).toMatch(/orrery\/other has no rolePassword/)
    expect(isDatabaseUnavailable(error)).toBe(false)
  })
})

describe('TLS', () => {
  let postgres: TlsPostgres
  beforeAll(async () => {
    postgres = await startTlsPostgres()
  })
  afterAll(() => postgres?.stop())

  const at = (host: string): string => postgres.url('orrery_app').replace('127.0.0.1', host)
  const isEncrypted = async (pool: pg.Pool): Promise<boolean> =>
    (await pool.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).rows[0].ssl

  it('is verified with the authorities that are given', async () => {
    const pool = connect({ connectionString: at('localhost'), authorities: postgres.certificate })
    expect(await isEncrypted(pool)).toBe(true)
  })

  it('refuses a server that they do not vouch for', async () => {
    const other = makeCertificate('localhost').certificate
    const pool = connect({ connectionString: at('localhost'), authorities: other })
    await expect(isEncrypted(pool)).rejects.toThrow(/self-signed certificate|unable to verify/)
  })

  it('refuses a server under a name that is not its own', async () => {
    const pool = connect({ connectionString: at('127.0.0.1'), authorities: postgres.certificate })
    await expect(isEncrypted(pool)).rejects.toThrow(/does not match certificate/)
  })
})
