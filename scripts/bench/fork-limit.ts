import type pg from 'pg'
import { watchCpu } from './fork-watch.ts'

const tables = {
  entities: 'entity_id',
  components: 'entity_id, component_type',
  relationships: 'source_id, target_id, type',
  entity_physics_state: 'entity_id',
}

export interface Copy {
  seconds: number
  /** Of its connections; undefined where the system does not say. */
  cpuSeconds: number | undefined
}

/**
 * What PostgreSQL needs for the rows alone: those of a fork, as they lie there, in one transaction into empty
 * tables with the same indexes; no row security, no past, no joins.
 */
export const copyPlainly = async (admin: pg.Pool, worldId: string): Promise<Copy> => {
  await admin.query('CREATE SCHEMA plain')
  for (const table of Object.keys(tables))
    await admin.query(`CREATE TABLE plain.${table} (LIKE ${table} INCLUDING ALL)`)
  const client = await admin.connect()
  try {
    const cpuSeconds = await watchCpu(client)
    const started = performance.now()
    await client.query('BEGIN')
    for (const [table, key] of Object.entries(tables)) {
      const columns = await storedColumns(client, table)
      await client.query(
        `INSERT INTO plain.${table} (${columns}) SELECT ${columns} FROM ${table} WHERE world_id = '${worldId}' ORDER BY ${key}`,
      )
    }
    await client.query('COMMIT')
    return { seconds: (performance.now() - started) / 1_000, cpuSeconds: cpuSeconds() }
  } finally {
    client.release()
    await admin.query('DROP SCHEMA IF EXISTS plain CASCADE')
  }
}

/** Without those that are generated: they cannot be given. */
const storedColumns = async (client: pg.PoolClient, table: string): Promise<string> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
       AND attgenerated = '' ORDER BY attnum`,
    [table],
  )
  return rows.map(({ name }) => name).join(', ')
}
