import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databaseRoles } from '#platform/postgres/roles'
import { migrateDatabase } from '../../functions/migrate/migrate-database.ts'
import { type RunningFunction, startFunction } from '../support/function.ts'
import { type HttpStub, startHttpStub } from '../support/http-stub.ts'
import { type SecretsServer, startSecretsServer } from '../support/secrets-server.ts'
import { startTlsPostgres, type TlsPostgres } from '../support/tls-postgres.ts'
import { until } from '../support/until.ts'

// The bundle as it goes to AWS, in a process, on a PostgreSQL server of its own: roles belong to a whole server.

let postgres: TlsPostgres
let secrets: SecretsServer
let cloudFormation: HttpStub
let admin: pg.Client
let owner: string
const functions: RunningFunction[] = []

const start = async (env: Record<string, string>): Promise<RunningFunction> => {
  const started = await startFunction('migrate', {
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    ...env,
  })
  functions.push(started)
  return started
}

beforeAll(async () => {
  ;[postgres, secrets, cloudFormation] = await Promise.all([
    startTlsPostgres(),
    startSecretsServer(),
    startHttpStub(() => ({ status: 200, body: {} })),
  ])
  admin = new pg.Client({ connectionString: postgres.adminUrl('postgres') })
  await admin.connect()
})

afterAll(async () => {
  await Promise.all(functions.map((made) => made.stop()))
  await admin?.end()
  await Promise.all([postgres?.stop(), secrets?.stop(), cloudFormation?.stop()])
})

let databases = 0

/** An empty database on a server without any role of ours, owned by somebody who is no superuser, as on RDS. */
beforeEach(async () => {
  for (const { datname } of (
    await admin.query(`SELECT datname FROM pg_database WHERE datname ~ '^(orrery|empty)'`)
  ).rows)
    await admin.query(`DROP DATABASE ${datname} WITH (FORCE)`)
  // an owner granted what the other roles have: it goes last
  const { rows } = await admin.query(
    `SELECT rolname FROM pg_roles WHERE rolname ~ '^(orrery_|owner)' ORDER BY rolname`,
  )
  for (const { rolname } of rows) await admin.query(`DROP ROLE ${rolname}`)
  owner = `owner${++databases}`
  await admin.query(`CREATE ROLE ${owner} LOGIN CREATEROLE CREATEDB PASSWORD 'owners'`)
  await admin.query(`CREATE DATABASE empty OWNER ${owner}`)
})

const url = (role: string): string => `postgres://${role}@localhost:${postgres.port}/empty`

const inDatabase = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: postgres.adminUrl('empty') })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const ranMigrations = (): Promise<string[]> =>
  inDatabase(async (client) =>
    (await client.query('SELECT name FROM migrations ORDER BY id')).rows.map(({ name }) => name),
  )

const settingsOf = async (role: string): Promise<{ settings: string[] | null; hasPassword: boolean }> =>
  (
    await admin.query(
      `SELECT rolconfig AS settings, pg_authid.rolpassword IS NOT NULL AS "hasPassword"
       FROM pg_roles JOIN pg_authid USING (oid) WHERE pg_roles.rolname = $1`,
      [role],
    )
  ).rows[0]

/** Sends an event of CloudFormation, and answers what CloudFormation is told. */
const tell = async (to: RunningFunction, RequestType: string, more: object = {}) => {
  const before = cloudFormation.requests.length
  const event = {
    ...{ RequestType, ResponseURL: `${cloudFormation.url}/answer?signature=a%2Bb`, StackId: 'stack' },
    ...{ RequestId: `request-${before}`, LogicalResourceId: 'Schema', ResourceType: 'Custom::OrrerySchema' },
    ...more,
  }
  await to.invoke(event)
  return until('an answer', () => cloudFormation.requests[before])
}

describe('the function migrate', () => {
  it('makes roles with the secret’s password and the schema, and tells CloudFormation', async () => {
    secrets.put('database', { username: owner, password: 'owners', rolePassword: "it's" })
    const env = { DATABASE_AUTH: 'secret', DATABASE_SECRET_ARN: 'database' }
    const migrate = await start({ ...env, DATABASE_URL: url('orrery_migrate') })
    const created = await tell(migrate, 'Create')
    expect(created).toMatchObject({
      ...{ method: 'PUT', path: '/answer?signature=a%2Bb' },
      body: { Status: 'SUCCESS', StackId: 'stack', LogicalResourceId: 'Schema' },
    })
    expect(created.headers['content-type']).toBeUndefined()
    const names = await ranMigrations()
    expect(names).toContain('0001_worlds')

    const app = new pg.Client({
      ...{ host: 'localhost', port: postgres.port, database: 'empty' },
      user: 'orrery_app',
      password: "it's",
    })
    await app.connect()
    expect((await app.query('SHOW idle_session_timeout')).rows[0].idle_session_timeout).toBe('1min')
    await app.end()

    const { PhysicalResourceId } = created.body
    const updated = await tell(migrate, 'Update', { PhysicalResourceId })
    expect(updated.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId })
    const deleted = await tell(migrate, 'Delete', { PhysicalResourceId })
    expect(deleted.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId })
    expect(await ranMigrations()).toEqual(names)
  })

  it('does the same without CloudFormation', async () => {
    const migrate = await start({ DATABASE_URL: url(`${owner}:owners`) })
    const { ran } = await migrate.invoke({})
    expect(ran).toEqual(await ranMigrations())
    expect(await migrate.invoke({})).toEqual({ ran: [] })
    expect((await settingsOf('orrery_app')).settings).toBeNull()
  })

  it('says why it failed', async () => {
    const migrate = await start({ DATABASE_URL: url(`${owner}:wrong`) })
    const { body } = await tell(migrate, 'Create')
    expect(body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.any(String) })
    expect(body.Reason).toMatch(/password authentication failed .*\(log stream test-stream\)/)
  })

  it('refuses a database that a newer version has migrated', async () => {
    const migrate = await start({ DATABASE_URL: url(`${owner}:owners`) })
    await migrate.invoke({})
    await inDatabase((client) =>
      client.query(`INSERT INTO migrations (name, run_on) VALUES ('9999_future', now())`),
    )
    const { body } = await tell(migrate, 'Update')
    expect(body.Status).toBe('FAILED')
    expect(body.Reason).toMatch(/9999_future.*Use the version of Orrery that wrote them, or a newer one/)
  })

  it('tries the owner’s next way in where one is refused, and only then', async () => {
    const ways = ['wrong', 'owners'].map((password) => ({ connectionString: url(`${owner}:${password}`) }))
    const access = { migrate: { connectionString: url('orrery_migrate:x') }, roles: { password: 'x' } }
    expect(await migrateDatabase({ ...access, owner: ways }, () => {})).toContain('0001_worlds')
    const nowhere = { connectionString: url(`${owner}:owners`).replace('/empty', '/nowhere') }
    const failing = migrateDatabase({ ...access, owner: [nowhere, ...ways] }, () => {})
    await expect(failing).rejects.toThrow('database "nowhere" does not exist')
  })

  it('names the settings that it lacks', async () => {
    const migrate = await start({ DATABASE_AUTH: 'iam', DATABASE_URL: url('orrery_migrate') })
    const { body } = await tell(migrate, 'Create')
    expect(body.Reason).toMatch(/DATABASE_OWNER_SECRET_ARN: is missing/)
  })
})

describe('with IAM', () => {
  let hba: string
  beforeAll(async () => {
    hba = join(postgres.dataDir, 'cluster', 'pg_hba.conf')
    await admin.query('CREATE ROLE rds_iam')
    // as RDS has it: whoever is a member of rds_iam, by whatever way, has no password that would open. The server
    // here cannot check a token, and takes any
    const lines = readFileSync(hba, 'utf8')
    writeFileSync(hba, 'hostssl all +rds_iam all trust\nhostnossl all +rds_iam all reject\n')
    appendFileSync(hba, lines)
    await admin.query('SELECT pg_reload_conf()')
  })

  it('makes roles without passwords, over verified TLS, and again when the owner has become a member', async () => {
    await admin.query(`GRANT rds_iam TO ${owner} WITH ADMIN OPTION, INHERIT FALSE, SET FALSE`)
    secrets.put('owner', { username: owner, password: 'owners' })
    const authorities = join(postgres.dataDir, 'server.crt')
    const migrate = await start({
      ...{ DATABASE_AUTH: 'iam', DATABASE_URL: url('orrery_migrate'), DATABASE_CA_FILE: authorities },
      DATABASE_OWNER_SECRET_ARN: 'owner',
    })
    expect((await tell(migrate, 'Create')).body).toMatchObject({ Status: 'SUCCESS' })
    expect(await ranMigrations()).toContain('0001_worlds')
    for (const role of databaseRoles)
      expect([role, await settingsOf(role)]).toEqual([
        role,
        { settings: ['idle_session_timeout=60000'], hasPassword: false },
      ])
    expect((await tell(migrate, 'Update')).body).toMatchObject({ Status: 'SUCCESS' })
  })
})
