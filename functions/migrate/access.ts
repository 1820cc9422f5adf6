import { databaseConnection } from '#platform/config/database'
import { asRole, type DatabaseConnection } from '#platform/postgres/connection'
import { type DatabaseSecret, readDatabaseSecret } from '#platform/postgres/database-secret'
import { iamPassword } from '#platform/postgres/iam-password'
import type { RoleOptions } from '#platform/postgres/roles'
import type { MigrateConfig } from './config.ts'

/** Who makes the roles and who makes the schema, and how each gets in. */
export interface DatabaseAccess {
  /** The database's owner: the first of these that the server lets in. */
  owner: DatabaseConnection[]
  /** As orrery_migrate. */
  migrate: DatabaseConnection
  roles: RoleOptions
}

/** A function is frozen between two requests; so many of them keep neither Aurora awake nor connections occupied. */
const idleSessionMs = 60_000

export const databaseAccess = async (config: MigrateConfig): Promise<DatabaseAccess> => {
  const { DATABASE_URL: connectionString } = config
  const connection = databaseConnection(config)
  if (config.DATABASE_AUTH === 'iam') {
    const secret = await readDatabaseSecret(config.DATABASE_OWNER_SECRET_ARN!, config.AWS_REGION)
    return {
      owner: ownerByPasswordOrIam(connection, secret, config.AWS_REGION),
      migrate: connection,
      roles: { idleSessionMs },
    }
  }
  if (config.DATABASE_AUTH === 'secret') {
    const secret = await readDatabaseSecret(config.DATABASE_SECRET_ARN, config.AWS_REGION)
    const password = await connection.password!()
    return {
      owner: [asOwner(connection, secret)],
      migrate: connection,
      roles: { password, idleSessionMs },
    }
  }
  const password = decodeURIComponent(new URL(connectionString).password)
  const migrate = { connectionString: asRole(connectionString, 'orrery_migrate') }
  return { owner: [connection], migrate, roles: { password } }
}

const asOwner = (
  connection: DatabaseConnection,
  { username, password }: DatabaseSecret,
): DatabaseConnection => ({
  ...connection,
  connectionString: asRole(connection.connectionString, username),
  password: async () => password,
})

/**
 * Who makes a role is a member of it (PostgreSQL 16), so the owner becomes an indirect member of rds_iam by the
 * roles that it makes; and RDS takes no password from members of rds_iam. From then on its token opens.
 */
const ownerByPasswordOrIam = (
  connection: DatabaseConnection,
  secret: DatabaseSecret,
  region: string,
): DatabaseConnection[] => {
  const owner = asOwner(connection, secret)
  return [owner, { ...owner, password: iamPassword(owner.connectionString, region) }]
}
