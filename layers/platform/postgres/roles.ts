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

/**
 * Makes the roles that are missing, gives each its password, and lets `orrery_migrate` own the
 * database's public schema. Roles belong to the whole server: two databases of one server share them.
 * Safe to run again. `client` must be connected as a superuser or with CREATEROLE.
 */
export const ensureRoles = async (client: pg.ClientBase, password: string): Promise<void> => {
  await client.query(`SELECT pg_advisory_lock(hashtext('orrery.roles'))`)
  try {
    for (const role of databaseRoles) {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role])
      if (rowCount === 0) await client.query(`CREATE ROLE ${role}`)
      await client.query(`ALTER ROLE ${role} LOGIN PASSWORD '${password.replaceAll("'", "''")}'`)
    }
    await client.query(
      `DO $$ BEGIN CREATE ROLE orrery_search NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    )
    await client.query('GRANT orrery_search TO orrery_migrate')
    await client.query('GRANT orrery_migrate TO current_user')
    await client.query('ALTER SCHEMA public OWNER TO orrery_migrate')
    await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC')
    await client.query(`GRANT USAGE ON SCHEMA public TO ${databaseRoles.join(', ')}, orrery_search`)
  } finally {
    await client.query(`SELECT pg_advisory_unlock(hashtext('orrery.roles'))`)
  }
}
