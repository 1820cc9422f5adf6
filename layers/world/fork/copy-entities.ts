import type pg from 'pg'
import type { StoreTarget } from '../postgres/statement.ts'
import { componentsAt } from '../read/at.ts'
import type { WorldSettings } from '../settings.ts'
import type { ForkSource } from './find-source.ts'
import { type IdRange, inRange } from './id-ranges.ts'

const columns =
  'entity_id, from_seq, name, class_type, archetype, tags, flux_position, x, y, z, created_at, updated_at'

const activityParameter = `
  SELECT (c.data ->> 'activity')::float8 FROM ${componentsAt.past} c
  WHERE c.entity_id = h.entity_id AND c.component_type = 'Parameters'
    AND CASE jsonb_typeof(c.data -> 'activity') WHEN 'number'
      THEN (c.data ->> 'activity')::float8 BETWEEN 0 AND 1e9 ELSE false END`

// in the order of the key, which is how its index grows fastest
const copyText = `
  INSERT INTO entities (world_id, tenant_id, ${columns}, activity, position_seq)
  SELECT $3::uuid, $4, e.* FROM (
    SELECT ${columns}, activity, position_seq FROM entities WHERE world_id = $1 AND from_seq <= $2
    UNION ALL
    SELECT ${columns}, coalesce(h.activity, (${activityParameter}), $5::float8), coalesce(position_seq, from_seq)
    FROM entity_history h WHERE world_id = $1 AND from_seq <= $2 AND to_seq > $2
  ) e WHERE ${inRange('e.entity_id', 6, 7)} ORDER BY e.entity_id`

const activeText = `
  SELECT count(*) AS active FROM entities WHERE world_id = $1 AND activity > 0 AND ${inRange('entity_id', 2, 3)}`

/** Gives the fork the entities of the range that the source had; answers how many, and how many of them are active. */
export const copyEntities = async (
  client: pg.ClientBase,
  { worldId, tenantId }: StoreTarget,
  source: ForkSource,
  { physics }: WorldSettings,
  { from, to }: IdRange,
): Promise<{ entities: number; activeBodies: number }> => {
  const { rowCount } = await client.query(copyText, [
    ...[source.worldId, source.atSeq, worldId, tenantId, physics.defaultActivity],
    ...[from, to],
  ])
  const { rows } = await client.query<{ active: number }>(activeText, [worldId, from, to])
  return { entities: rowCount!, activeBodies: rows[0]!.active }
}
