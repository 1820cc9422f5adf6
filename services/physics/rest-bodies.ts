import type pg from 'pg'
import { bytesOfId } from '#platform/arrays/id-table'
import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { addBody, allocateBodies, type Bodies, setPosition, setTraits, setVelocity } from './bodies.ts'

interface BodyRow
  extends Record<'x' | 'y' | 'z' | 'vx' | 'vy' | 'vz' | 'mass' | 'activity' | 'jitter', number> {
  entity_id: string
  anchored: boolean
}

const selectText = `
  SELECT entity_id, x, y, z, vx, vy, vz, mass, activity, jitter, anchored
  FROM entity_physics_state WHERE world_id = $1 AND entity_id = ANY ($2::text[])`

/** The bodies of these entities as their rows say; those without a row are left out. */
export const readSomeBodies = async (
  client: pg.ClientBase,
  worldId: string,
  entityIds: string[],
): Promise<Bodies> => {
  const { rows } = await client.query<BodyRow>(prepared(selectText, [worldId, textArray(entityIds)]))
  const bodies = allocateBodies(rows.length)
  for (const { entity_id: id, x, y, z, vx, vy, vz, ...traits } of rows) {
    const body = addBody(bodies, ...bytesOfId(id))
    setPosition(bodies, body, [x, y, z])
    setTraits(bodies, body, traits)
    setVelocity(bodies, body, vx, vy, vz)
  }
  return bodies
}
