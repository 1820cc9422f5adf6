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
  INSERT INTO worlds (world_id, tenant_id, name, seq, settings, entity_count, last_occurred_at, created_at)
  VALUES ($1, 'local', $2, $3, $4, $3, now(), now())`

// two that move are in the box in the middle, whatever the size of the world, and others that move are not
const insertEntities = `
  INSERT INTO entities (world_id, tenant_id, entity_id, name, class_type, archetype, tags, flux_position, x, y, z, activity,
    position_seq, from_seq, created_at, updated_at)
  SELECT $1, 'local', 'body-' || lpad(i::text, 7, '0'), 'Body ' || i, 'Body', '', '{}', 0, x, y, z,
    CASE WHEN i <= 2 OR (i <= $4 AND greatest(abs(x - $3 / 2), abs(y - $3 / 2), abs(z - $3 / 2)) > 60) THEN 1 ELSE 0 END,
    i, i, now(), now()
  FROM (
    SELECT i, CASE WHEN i <= 2 THEN $3::float8 / 2 + i ELSE random() * $3 END AS x,
      CASE WHEN i <= 2 THEN $3 / 2 ELSE random() * $3 END AS y, CASE WHEN i <= 2 THEN $3 / 2 ELSE random() * $3 END AS z
    FROM generate_series(1, $2::int) AS i, (SELECT setseed(0.5)) AS seed) AS places`

// so little that nobody leaves or enters a box meanwhile
const insertBodies = `
  INSERT INTO entity_physics_state (world_id, tenant_id, entity_id, x, y, z, mass, activity, jitter, anchored)
  SELECT world_id, tenant_id, entity_id, x, y, z, 1, activity, activity / 100, false FROM entities WHERE world_id = $1`

const countActive = `
  UPDATE worlds w SET active_bodies = (SELECT count(*) FROM entities e WHERE e.world_id = w.world_id AND activity > 0)
  WHERE world_id = $1`

/** Makes a world set-wise, of whose entities about the first `moving` move. @param admin as superuser */
export const fillSyncWorld = async (
  admin: pg.Pool,
  name: string,
  entities: number,
  moving: number,
): Promise<FilledWorld> => {
  const world = { worldId: uuidv7(), name, entities, sideUnits: 100 * Math.cbrt(entities / 20) }
  await inTransaction(admin, async (client) => {
    await client.query(insertWorld, [world.worldId, name, entities, settings])
    await client.query(insertEntities, [world.worldId, entities, world.sideUnits, moving])
    await client.query(insertBodies, [world.worldId])
    await client.query(countActive, [world.worldId])
  })
  await admin.query('VACUUM ANALYZE entities, entity_physics_state, worlds')
  return world
}
