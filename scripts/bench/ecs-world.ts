import { loadavg } from 'node:os'
import type pg from 'pg'
import { defaultWorldSettings } from '#world/settings'
import { places, texts } from './ecs-world-rows.ts'
import { withoutIndexes } from './without-indexes.ts'

/** A world of `entities` with five components each, half of them in a hierarchy, all in a web of trust. */
export interface EcsWorld {
  name: string
  worldId: string
  tenantId: string
  entities: number
  relationships: number
  places: number
  /** Whom 300 trust. */
  hero: string
  /** Whom one in fifty trusts. */
  hub: string
}

const tables = ['entities', 'components', 'relationships', 'entity_physics_state']

/** Of the entity with that number, from 1 on. */
export const entityId = (number: number): string => `e${String(number).padStart(7, '0')}`

/**
 * Makes the world set-wise, in rows as the write path stores them, the same each time. Secondary indexes are made after the rows.
 *
 * @param admin as superuser
 */
export const fillEcsWorld = async (
  admin: pg.Pool,
  entities: number,
  log: (line: string) => void,
): Promise<EcsWorld> => {
  const world = { worldId: '01890000-0000-7000-8000-0000000000ec', tenantId: 'local', name: 'large' }
  const client = await admin.connect()
  try {
    for (const setting of [
      'synchronous_commit = off',
      `maintenance_work_mem = '512MB'`,
      `work_mem = '256MB'`,
    ])
      await client.query(`SET ${setting}`)
    // uniform in 0 … n − 1, by the number of the entity and of the draw
    await client.query(`CREATE FUNCTION pg_temp.draw(number int, nth int, n int) RETURNS int LANGUAGE sql IMMUTABLE AS
      'SELECT ((hashint4extended(number, nth) & 2147483647) % n)::int'`)
    await withoutIndexes(client, tables, log, async () => {
      for (const [what, text] of texts(entities)) {
        const began = performance.now()
        await client.query(text, [world.worldId, world.tenantId])
        log(`  ${what}: ${seconds(began)} s, load ${loadavg()[0]!.toFixed(1)}`)
      }
    })
    const { rows } = await client.query<{ count: number }>(
      'SELECT count(*) FROM relationships WHERE world_id = $1',
      [world.worldId],
    )
    const relationships = Number(rows[0]!.count)
    await client.query(
      `INSERT INTO worlds (world_id, tenant_id, name, seq, settings, entity_count, relationship_count, active_bodies,
         last_occurred_at, created_at)
       SELECT $1, $2, $3, $4::int8 + $5, $6, $4, $5, (SELECT count(*) FROM entities WHERE world_id = $1 AND activity > 0),
         now(), now()`,
      [world.worldId, world.tenantId, world.name, entities, relationships, defaultWorldSettings],
    )
    const began = performance.now()
    await client.query('VACUUM ANALYZE')
    log(`  vacuum and analyze: ${seconds(began)} s`)
    const all = { ...world, entities, relationships, places: places(entities) }
    return { ...all, hero: entityId(Math.ceil(entities / 2)), hub: entityId(Math.ceil(entities / 3)) }
  } finally {
    client.release(true)
  }
}

const seconds = (began: number): string => ((performance.now() - began) / 1_000).toFixed(1)
