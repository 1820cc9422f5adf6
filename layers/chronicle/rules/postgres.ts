import type pg from 'pg'
import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { defaultRules } from './default-rules.ts'
import type { Rule } from './rule.ts'
import { type RuledType, ruledTypes, withoutTypes } from './ruled-types.ts'

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

const selectSensitive = `
  SELECT t.type FROM component_types t
  WHERE t.world_id = $1 AND t.type = ANY ($2::text[]) AND (t.definition ->> 'sensitive')::boolean`

/** Where the rules name types of the world that are sensitive. Its data comes sealed; what a chronicle tells does not. */
export const sensitiveRuledTypes = async (
  client: pg.ClientBase,
  worldId: string,
  rules: readonly Rule[],
): Promise<RuledType[]> => {
  const named = ruledTypes(rules)
  if (named.length === 0) return []
  const types = textArray([...new Set(named.map(({ type }) => type))])
  const { rows } = await client.query<{ type: string }>(prepared(selectSensitive, [worldId, types]))
  const sensitive = new Set(rows.map(({ type }) => type))
  return named.filter(({ type }) => sensitive.has(type))
}

/**
 * The rules that are derived by: without effects on sensitive types, which a world may have of a time when rules with them
 * were taken.
 */
export const loadDerivingRules = async (client: pg.ClientBase, worldId: string): Promise<Rule[]> => {
  const { rules } = await loadRules(client, worldId)
  const sensitive = await sensitiveRuledTypes(client, worldId, rules)
  return sensitive.length === 0 ? rules : withoutTypes(rules, new Set(sensitive.map(({ type }) => type)))
}

// as against a writer who registers a type in this moment
const lockWorld = 'SELECT FROM worlds WHERE world_id = $1 FOR SHARE'

/** Until the transaction ends no component type of the world is registered. */
export const lockTypes = async (client: pg.ClientBase, worldId: string): Promise<void> => {
  await client.query(prepared(lockWorld, [worldId]))
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
