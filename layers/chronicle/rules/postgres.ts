import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { defaultRules } from './default-rules.ts'
import type { Rule } from './rule.ts'

const selectRules = 'SELECT rules FROM chronicle_rules WHERE world_id = $1'

/** The rules of a world, or those that hold where it has none of its own. */
export const loadRules = async (
  client: pg.ClientBase,
  worldId: string,
): Promise<{ rules: Rule[]; isDefault: boolean }> => {
  const { rows } = await client.query<{ rules: Rule[] }>(prepared(selectRules, [worldId]))
  return rows[0] === undefined
    ? { rules: defaultRules, isDefault: true }
    : { rules: rows[0].rules, isDefault: false }
}

const upsertRules = `
  INSERT INTO chronicle_rules (world_id, tenant_id, rules, updated_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (world_id) DO UPDATE SET rules = excluded.rules, updated_at = excluded.updated_at`

export const storeRules = async (
  client: pg.ClientBase,
  world: { worldId: string; tenantId: string },
  rules: readonly Rule[],
  at: Date,
): Promise<void> => {
  await client.query(prepared(upsertRules, [world.worldId, world.tenantId, JSON.stringify(rules), at]))
}
