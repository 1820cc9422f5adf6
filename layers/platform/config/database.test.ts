import { afterEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { databaseConnection, databaseSettings } from './database.ts'
import { type InvalidEnvironment, readEnvironment } from './environment.ts'
import { flag, resourceUrl, resourceUrls } from './settings.ts'

const schema = databaseSettings.and(
  z.object({ QUEUE_URL: resourceUrl, SLOT_URLS: resourceUrls, STREAMING: flag }),
)

const complete = {
  DATABASE_URL: 'postgres://orrery_app@db.example:5433/orrery',
  QUEUE_URL: 'https://sqs.example/1/doorbell',
  SLOT_URLS: 'https://sqs.example/1/a.fifo, https://sqs.example/1/b.fifo',
  UNRELATED: 'x',
}

const failure = (env: Record<string, string>): InvalidEnvironment => {
  try {
    readEnvironment('the function test', schema, env)
  } catch (error) {
    return error as InvalidEnvironment
  }
  throw new Error('was accepted')
}

describe('the environment', () => {
  it('becomes a frozen object of what is asked for', () => {
    const settings = readEnvironment('the function test', schema, complete)
    expect(settings).toEqual({
      DATABASE_URL: complete.DATABASE_URL,
      QUEUE_URL: complete.QUEUE_URL,
      SLOT_URLS: ['https://sqs.example/1/a.fifo', 'https://sqs.example/1/b.fifo'],
      STREAMING: false,
    })
    expect(Object.isFrozen(settings)).toBe(true)
  })

  it('names every setting that is missing, empty or wrong', () => {
    const error = failure({ ...complete, DATABASE_URL: '', QUEUE_URL: 'queue', STREAMING: 'yes' })
    expect(error.settings.toSorted()).toEqual(['DATABASE_URL', 'QUEUE_URL', 'STREAMING'])
    expect(error.message).toMatch(/the function test .*DATABASE_URL: is missing/)
    expect(error.message).toMatch(/QUEUE_URL: must be a URL/)
    expect(error.message).toMatch(/STREAMING: must be true or false/)
  })

  it.each([
    [{ DATABASE_AUTH: 'kerberos' }, ['DATABASE_AUTH']],
    [{ DATABASE_AUTH: 'iam' }, ['AWS_REGION']],
    [{ DATABASE_AUTH: 'secret', AWS_REGION: 'us-east-1' }, ['DATABASE_SECRET_ARN']],
    [{ DATABASE_URL: 'https://db.example/orrery' }, ['DATABASE_URL']],
  ])('with %o lacks %o', (change, settings) => {
    expect(failure({ ...complete, ...change }).settings).toEqual(settings)
  })

  it('says no password, be it in the wrong place', () => {
    const env = { ...complete, DATABASE_AUTH: 'iam', AWS_REGION: 'us-east-1' }
    const error = failure({ ...env, DATABASE_URL: 'postgres://orrery_app:hush@db.example/orrery' })
    expect(error.message).toMatch(/DATABASE_URL: must have neither a password nor a query/)
    expect(error.message).not.toMatch(/hush/)
  })
})

describe('iam', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('signs a token for the host, port and role, anew each time', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
    const connection = databaseConnection({
      DATABASE_AUTH: 'iam',
      DATABASE_URL: complete.DATABASE_URL,
      DATABASE_CA_FILE: import.meta.filename,
      AWS_REGION: 'eu-central-1',
    })
    const token = await connection.password!()
    const { host, searchParams } = new URL(`https://${token}`)
    expect(host).toBe('db.example:5433')
    expect(Object.fromEntries(searchParams)).toMatchObject({
      Action: 'connect',
      DBUser: 'orrery_app',
      'X-Amz-Expires': '900',
    })
    expect(searchParams.get('X-Amz-Credential')).toMatch(
      /^AKIDEXAMPLE\/\d+\/eu-central-1\/rds-db\/aws4_request$/,
    )
  })

  it('names the file of authorities that cannot be read', () => {
    const settings = {
      DATABASE_AUTH: 'iam',
      DATABASE_URL: complete.DATABASE_URL,
      AWS_REGION: 'eu-central-1',
    } as const
    expect(() => databaseConnection({ ...settings, DATABASE_CA_FILE: '/nowhere.pem' })).toThrow(
      'DATABASE_CA_FILE: /nowhere.pem cannot be read',
    )
  })
})
