import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { inTransaction } from '#platform/postgres/pool'
import { worldSettings } from '#world/settings'

export interface FilledWorld {
  worldId: string
  name: string
  entities: number
  /** Of the cube that entities lie in, from 0 on; with 20 entities in each 100³. */
  sideUnits: number
}

/** A box in the middle of the cube with about 20 entities. */
export const boxOf = ({ sideUnits }: FilledWorld): string => {
  const [low, high] = [sideUnits / 2 - 50, sideUnits / 2 + 50]
  return [low, low, low, high, high, high].join()
}

// a tick costs little: nothing attracts anything, jitter moves bodies
const settings = worldSettings.parse({
  physics: { gravity: 0, entanglement: 0 },
  ledger: { producer: 'none' },
  snapshots: { everyUpdates: 0 },
})

const insertWorld = `
  INSERT INTO worlds (world_id, tenant_id, name, seq, settings, entity_count, active_bodies, last_occurred_at, created_at)
  VALUES ($1, 'local', $2, $3, $4, $3, $5, now(), now())`

const insertEntities = `
  INSERT INTO entities (world_id, tenant_id, entity_id, name, class_type, archetype, tags, flux_position, x, y, z, activity, position_seq,
    from_seq, created_at, updated_at)
  SELECT $1, 'local', 'body-' || lpad(i::text, 7, '0'), 'Body ' || i, 'Body', '', '{}', 0, random() * $3, random() * $3,
    random() * $3, CASE WHEN i <= $4 THEN 1 ELSE 0 END, i, i, now(), now()
  FROM generate_series(1, $2::int) AS i, (SELECT setseed(0.5)) AS seed`

const insertBodies = `
  INSERT INTO entity_physics_state (world_id, tenant_id, entity_id, x, y, z, mass, activity, jitter, anchored)
  SELECT world_id, tenant_id, entity_id, x, y, z, 1, activity, 10 * activity, false FROM entities WHERE world_id = $1`

/** Makes a world set-wise, of whose entities the first `moving` move. @param admin as superuser */
export const fillSyncWorld = async (
  admin: pg.Pool,
  name: string,
  entities: number,
  moving: number,
): Promise<FilledWorld> => {
  const world = { worldId: uuidv7(), name, entities, sideUnits: 100 * Math.cbrt(entities / 20) }
  await inTransaction(admin, async (client) => {
    await client.query(insertWorld, [world.worldId, name, entities, settings, moving])
    await client.query(insertEntities, [world.worldId, entities, world.sideUnits, moving])
    await client.query(insertBodies, [world.worldId])
  })
  await admin.query('VACUUM ANALYZE entities, entity_physics_state, worlds')
  return world
}
