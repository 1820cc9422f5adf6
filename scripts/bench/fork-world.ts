import type pg from 'pg'

/** What the bench of forks forks: a world as of a seq behind which a tenth of its entities has changed. */
export interface LargeWorld {
  name: string
  worldId: string
  tenantId: string
  entities: number
  relationships: number
  /** Before the changes. */
  atSeq: number
}

const id = (n: string): string => `'body-' || lpad((${n})::text, 7, '0')`

const texts = (entities: number): string[] => [
  `INSERT INTO worlds (world_id, tenant_id, name, seq, settings, entity_count, relationship_count, last_occurred_at,
     created_at)
   VALUES ($1, $2, $3, ${entities + entities / 10}, '{}', ${entities}, ${entities / 5}, now(), now())`,
  `INSERT INTO entities (world_id, tenant_id, entity_id, name, class_type, archetype, tags, flux_position, x, y, z, activity,
     position_seq, from_seq, created_at, updated_at)
   SELECT $1, $2, ${id('i')}, $3 || i, 'Class' || i % 20, 'body', ARRAY['tag' || i % 50], i % 8, random() * 1e4,
     random() * 1e4, random() * 1e4, 0, i, CASE WHEN i % 10 = 0 THEN ${entities} + i / 10 ELSE i END, now(), now()
   FROM generate_series(1, ${entities}) AS i, (SELECT setseed(0.5)) AS seed`,
  `INSERT INTO entity_history (world_id, tenant_id, entity_id, from_seq, to_seq, name, class_type, archetype, tags,
     flux_position, x, y, z, activity, position_seq, created_at, updated_at)
   SELECT world_id, tenant_id, entity_id, position_seq, from_seq, name || ' before', class_type, archetype, tags,
     flux_position, x, y, z, activity, position_seq, created_at, updated_at
   FROM entities WHERE world_id = $1 AND from_seq > ${entities} AND $2 <> $3`,
  `INSERT INTO components (world_id, tenant_id, entity_id, component_type, data, from_seq)
   SELECT $1, $2, ${id('i')}, 'Parameters', jsonb_build_object('note', $3 || i, 'mass', 1 + i % 7, 'rank', i), i
   FROM generate_series(1, ${entities}) AS i`,
  `INSERT INTO relationships (world_id, tenant_id, source_id, target_id, type, strength, label, data, from_seq)
   SELECT $1, $2, ${id('i / 10 + 1')}, ${id('i')}, 'hierarchy', 1, $3, '{}', i
   FROM generate_series(5, ${entities}, 5) AS i WHERE i <> i / 10 + 1`,
  `INSERT INTO entity_physics_state (world_id, tenant_id, entity_id, x, y, z, mass, activity, jitter, anchored)
   SELECT world_id, tenant_id, entity_id, x, y, z, 1, 0, 0, false FROM entities WHERE world_id = $1 AND $2 <> $3`,
]

/** Makes the world set-wise. @param admin as superuser. */
export const fillWorld = async (admin: pg.Pool, entities: number): Promise<LargeWorld> => {
  const world = { worldId: '01890000-0000-7000-8000-000000000001', tenantId: 'local', name: 'large' }
  for (const text of texts(entities)) await admin.query(text, [world.worldId, world.tenantId, world.name])
  await admin.query('VACUUM ANALYZE')
  return { ...world, entities, relationships: entities / 5, atSeq: entities }
}
