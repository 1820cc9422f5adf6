import type pg from 'pg'

const copyRules = `
  INSERT INTO chronicle_rules (world_id, tenant_id, rules, updated_at)
  SELECT $2::uuid, $3, rules, updated_at FROM chronicle_rules WHERE world_id = $1`

const copyBindings = `
  INSERT INTO chronicle_bindings (world_id, number, tenant_id, kind, name_key, from_id, into_id, events, created_at)
  SELECT $2::uuid, number, $3, kind, name_key, from_id, into_id, events, created_at
  FROM chronicle_bindings WHERE world_id = $1`

const copyCreations = `
  INSERT INTO chronicle_creations (world_id, target_key, tenant_id)
  SELECT $2::uuid, target_key, $3 FROM chronicle_creations WHERE world_id = $1`

/** Gives a fork what its source's projection follows from beside the events, and what it may delete. */
export const forkFacts = async (
  client: pg.ClientBase,
  { worldId, tenantId }: { worldId: string; tenantId: string },
  sourceId: string,
): Promise<void> => {
  for (const copy of [copyRules, copyBindings, copyCreations])
    await client.query(copy, [sourceId, worldId, tenantId])
}
