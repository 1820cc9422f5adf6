import { isDeepStrictEqual } from 'node:util'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { inTenantTransaction } from '#platform/postgres/pool'
import { readEntity } from '#world/read/entities'
import { type WriteContext, writeGroup } from '#world/write'
import { type EcsWorld, entityId } from './ecs-world.ts'

const countsText = `
  SELECT (SELECT count(*) FROM entities WHERE world_id = $1)::int AS entities,
    (SELECT count(*) FROM components WHERE world_id = $1)::int AS components,
    (SELECT count(DISTINCT component_type) FROM components WHERE world_id = $1)::int AS types,
    (SELECT count(*) FROM entity_physics_state WHERE world_id = $1)::int AS bodies,
    (SELECT count(*) FROM relationships WHERE world_id = $1 AND type = 'hierarchy')::int AS children`

const copyName = 'written'

const rowsText = `
  SELECT e.entity_id, e.name, e.class_type, e.archetype, e.tags, e.flux_position, e.x, e.y, e.z,
    (SELECT jsonb_agg(jsonb_build_array(c.component_type, c.data, c.hot_number, c.hot_text) ORDER BY c.component_type)
      FROM components c WHERE c.world_id = e.world_id AND c.entity_id = e.entity_id) AS components
  FROM entities e WHERE e.world_id = $1 AND e.entity_id = ANY ($2::text[]) ORDER BY e.entity_id`

/**
 * That the world has as much as was meant, and that its rows are those that the write path makes: some of its entities are
 * written to another world and compared. @throws Error
 */
export const checkEcsWorld = async (
  admin: pg.Pool,
  write: WriteContext,
  { worldId, tenantId, entities }: EcsWorld,
): Promise<void> => {
  const { rows } = await admin.query<Record<string, number>>(countsText, [worldId])
  const expected = {
    ...{ entities, components: entities * 5, types: 5, bodies: entities },
    children: Math.round(entities / 2) - 1,
  }
  if (!isDeepStrictEqual({ ...rows[0] }, expected))
    throw new Error(`the world has ${JSON.stringify(rows[0])}`)
  const ids = Array.from({ length: 50 }, (_, n) => entityId(1 + Math.floor((n * entities) / 50)))
  const commands = await inTenantTransaction(write.pool, tenantId, async (client) => {
    const found = await Promise.all(ids.map((id) => readEntity(client, worldId, id, null)))
    return found.map((record) => {
      const { archetype, fluxPosition, seq, createdAt, updatedAt, ...entity } = record!
      return { kind: 'put-entity' as const, entity }
    })
  })
  const [outcome] = await writeGroup(write, [{ tenantId, world: copyName, requestId: uuidv7(), commands }])
  if (outcome!.status === 'refused') throw new Error(outcome!.refusal.detail)
  const [ours, theirs] = await Promise.all(
    [worldId, outcome!.worldId].map(async (one) => (await admin.query<object>(rowsText, [one, ids])).rows),
  )
  for (const [n, row] of ours!.entries())
    if (!isDeepStrictEqual(row, theirs![n]))
      throw new Error(`${JSON.stringify(row)} would be written as ${JSON.stringify(theirs![n])}`)
}
