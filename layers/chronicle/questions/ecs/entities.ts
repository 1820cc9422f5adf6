import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { hidden, isSealed } from '#world/component-types/sealed'
import type { JsonObject } from '#world/event'
import { bothMoments, componentsAt, entitiesAt, momentOf } from '#world/read/at'
import type { EntityState } from '../source.ts'
import { placedAtOrigin } from './placed.ts'
import type { EcsScope } from './scope.ts'

interface Row {
  entity_id: string
  name: string
  class_type: string
  x: number
  y: number
  z: number
  components: Record<string, JsonObject> | null
}

const selectEntities = bothMoments(
  (moment) => `
  SELECT e.entity_id, e.name, e.class_type, e.x, e.y, e.z,
    (SELECT jsonb_object_agg(c.component_type, c.data) FROM ${componentsAt[moment]} c
     WHERE c.entity_id = e.entity_id) AS components
  FROM unnest($3::text[]) AS w (entity_id) JOIN ${entitiesAt[moment]} e ON e.entity_id = w.entity_id`,
)

/** What is sensitive stays hidden here, also from whoever may read it: an answer may end in a language model. */
const hideSealed = (components: Record<string, JsonObject>): Record<string, JsonObject> =>
  Object.fromEntries(Object.entries(components).map(([type, data]) => [type, isSealed(data) ? hidden : data]))

export const readEntityStates = async (
  scope: EcsScope,
  ids: readonly string[],
): Promise<Map<string, EntityState>> => {
  const { client, worldId, asOf } = scope
  if (ids.length === 0) return new Map()
  const { rows } = await client.query<Row>(
    prepared(selectEntities[momentOf(asOf)], [worldId, asOf, textArray([...new Set(ids)])]),
  )
  const isAtOrigin = ({ x, y, z }: Row): boolean => x === 0 && y === 0 && z === 0
  const placed = await placedAtOrigin(
    scope,
    rows.filter(isAtOrigin).map((row) => row.entity_id),
  )
  return new Map(
    rows.map((row): [string, EntityState] => {
      const { entity_id: id, name, class_type: classType, x, y, z, components } = row
      const position: EntityState['position'] = isAtOrigin(row) && !placed.has(id) ? null : [x, y, z]
      return [id, { id, name, classType, position, components: hideSealed(components ?? {}) }]
    }),
  )
}
