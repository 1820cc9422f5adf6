import type pg from 'pg'

/** The login roles of Orrery, from the narrowest need to the table owner. */
export const databaseRoles = [
  'orrery_app',
  'orrery_relay',
  'orrery_physics',
  'orrery_background',
  'orrery_migrate',
] as const

export type DatabaseRole = (typeof databaseRoles)[number]

export interface RoleOptions {
  /** Of every role. Absent: they log in by AWS IAM, and none has a password. */
  password?: string
  /**
   * The server ends a session of such a role that did nothing for so long: functions that are frozen with their
   * connections open would keep Aurora awake. Default: never.
   */
  idleSessionMs?: number
}

/**
 * Makes the roles that are missing, lets each of them log in, and lets `orrery_migrate` own the database's public
 * schema. Roles belong to the whole server: two databases of one server share them. Safe to run again. `client`
 * must be connected as a superuser, or as the database's owner with CREATEROLE; for IAM on RDS.
 */
export const ensureRoles = async (client: pg.ClientBase, options: RoleOptions): Promise<void> => {
  await client.query(`SELECT pg_advisory_lock(hashtext('orrery.roles'))`)
  try {
    for (const role of databaseRoles) await ensureLogin(client, role, options)
    await client.query(
      `DO $$ BEGIN CREATE ROLE orrery_search NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    )
    await client.query('GRANT orrery_search TO orrery_migrate')
    await client.query('GRANT orrery_migrate TO current_user')
    await client.query('ALTER SCHEMA public OWNER TO orrery_migrate')
    // trusted, but not to a role that owns neither the database nor a right on it
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public')
    await client.query(createVectorExtension)
    await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC')
    await client.query(`GRANT USAGE ON SCHEMA public TO ${databaseRoles.join(', ')}, orrery_search`)
  } finally {
    await client.query(`SELECT pg_advisory_unlock(hashtext('orrery.roles'))`)
  }
}

// pgvector is not part of PostgreSQL: without it, or without the right to it, vectors are compared by our own code
const createVectorExtension = `DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') THEN
    CREATE EXTENSION IF NOT EXISTS vector SCHEMA public;
  END IF;
EXCEPTION WHEN insufficient_privilege OR feature_not_supported THEN
  RAISE WARNING 'pgvector is there and cannot be created: %', SQLERRM;
END $$`

const ensureLogin = async (
  client: pg.ClientBase,
  role: DatabaseRole,
  { password, idleSessionMs }: RoleOptions,
): Promise<void> => {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role])
  if (rowCount === 0) await client.query(`CREATE ROLE ${role}`)
  if (password === undefined) {
    await client.query(`ALTER ROLE ${role} LOGIN PASSWORD NULL`)
    await client.query(`GRANT rds_iam TO ${role}`)
  } else await client.query(`ALTER ROLE ${role} LOGIN PASSWORD '${password.replaceAll("'", "''")}'`)
  if (idleSessionMs !== undefined)
    await client.query(`ALTER ROLE ${role} SET idle_session_timeout = ${Math.round(idleSessionMs)}`)
}
