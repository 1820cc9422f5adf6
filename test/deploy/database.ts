import { join } from 'node:path'
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import pg from 'pg'
import { freePort, type LocalPostgres, startPostgres } from '../../scripts/local/postgres.ts'

/** The PostgreSQL that the stage is pointed at, on 127.0.0.1. */
export interface Database {
  port: number
  /** Of its superuser and of all roles. */
  password: string
  /** Does nothing where it does not run. */
  stop(): Promise<void>
  /** Again, on the same port. */
  start(): Promise<void>
  /** Runs a statement as the superuser, whom no policy holds back. */
  run(sql: string): Promise<void>
}

export const startDatabase = async (scratchDir: string): Promise<Database> => {
  const options = {
    dataDir: join(scratchDir, 'postgres'),
    port: await freePort(),
    settings: ['fsync=off', 'synchronous_commit=off', 'max_connections=300'],
  }
  let server: LocalPostgres = await startPostgres(options)
  return {
    port: options.port,
    password: new URL(server.adminUrl()).password,
    stop: () => server.stop(),
    start: async () => {
      server = await startPostgres(options)
    },
    run: async (sql) => {
      const client = new pg.Client({ connectionString: server.adminUrl() })
      await client.connect()
      try {
        await client.query(sql)
      } finally {
        await client.end()
      }
    },
  }
}

/** Keeps the passwords where whoever brings a database of their own keeps them. */
export const keepPasswords = async (Name: string, password: string): Promise<void> => {
  const client = new SecretsManagerClient()
  const SecretString = JSON.stringify({ username: 'postgres', password, rolePassword: password })
  try {
    await client.send(new CreateSecretCommand({ Name, SecretString }))
  } catch (error) {
    if ((error as Error).name !== 'ResourceExistsException') throw error
    await client.send(new PutSecretValueCommand({ SecretId: Name, SecretString }))
  } finally {
    client.destroy()
  }
}
