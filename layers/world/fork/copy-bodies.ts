import type pg from 'pg'
import type { StoreTarget } from '../postgres/statement.ts'
import type { WorldSettings } from '../settings.ts'
import type { ForkSource } from './find-source.ts'

/** The trait as the parameter of its name says it, or the world's default, as in layers/world/body.ts. */
const trait = (name: string, lowest: string, highest: string, otherwise: string): string => `
  CASE jsonb_typeof(p.data -> '${name}') WHEN 'number' THEN
    CASE WHEN (p.data -> '${name}')::float8 ${lowest} AND (p.data -> '${name}')::float8 <= ${highest}
      THEN (p.data -> '${name}')::float8 ELSE ${otherwise} END
  ELSE ${otherwise} END`

/**
 * A row that a tick wrote before the fork's stands for its body where no event has placed the entity since; any other
 * body is where it was written. The fork's physics begins with the state of its tick, and writes the rows anew.
 */
const copyText = `
  INSERT INTO entity_physics_state (world_id, tenant_id, entity_id, x, y, z, vx, vy, vz, mass, activity, jitter,
    anchored, seq)
  SELECT e.world_id, e.tenant_id, e.entity_id, coalesce(s.x, e.x), coalesce(s.y, e.y), coalesce(s.z, e.z),
    coalesce(s.vx, 0), coalesce(s.vy, 0), coalesce(s.vz, 0),
    ${trait('mass', '> 0', '1e18', '$4::float8')}, e.activity,
    ${trait('jitter', '>= 0', '1e12', '$5::float8')},
    coalesce(p.data -> 'anchored' = 'true', false), $3
  FROM entities e
  LEFT JOIN components p ON p.world_id = e.world_id AND p.entity_id = e.entity_id AND p.component_type = 'Parameters'
  LEFT JOIN entity_physics_state s ON s.world_id = $2 AND s.entity_id = e.entity_id AND s.tick > 0 AND s.tick <= $6
    AND s.seq >= e.position_seq
  WHERE e.world_id = $1 ORDER BY e.entity_id`

/** Gives each entity of the fork the row of its body, as of the fork's first seq. */
export const copyBodies = async (
  client: pg.ClientBase,
  { worldId }: StoreTarget,
  source: ForkSource,
  { settings: { physics }, tick }: { settings: WorldSettings; tick: number | null },
): Promise<void> => {
  // the planner knows nothing of a world that has just been filled, and would look each row up
  await client.query('SET LOCAL enable_nestloop = off')
  await client.query(copyText, [
    ...[worldId, source.worldId, source.atSeq, physics.defaultMass, physics.defaultJitter, tick ?? -1],
  ])
  await client.query('SET LOCAL enable_nestloop = on')
}
