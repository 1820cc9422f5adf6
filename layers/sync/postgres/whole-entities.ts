import type { EntityColumns } from '#world/components'
import { entityFrom } from '#world/components'
import type { Entity, JsonObject } from '#world/event'
import type { Position } from '../facts.ts'

/** What the statements below select of an entity: where it is now is where the physics has it, unless it was written since. */
export const wholeColumns = `
  e.entity_id, e.name, e.class_type, e.tags, coalesce(s.x, e.x) AS x, coalesce(s.y, e.y) AS y, coalesce(s.z, e.z) AS z,
  (SELECT jsonb_object_agg(c.component_type, c.data) FROM components c
   WHERE c.world_id = e.world_id AND c.entity_id = e.entity_id) AS components`

export const wholeFrom = `
  entities e LEFT JOIN entity_physics_state s
    ON s.world_id = e.world_id AND s.entity_id = e.entity_id AND s.seq >= e.position_seq`

export interface WholeRow extends EntityColumns {
  components: Record<string, JsonObject> | null
}

export const toEntity = (row: WholeRow): Entity => entityFrom(row, row.components ?? {})

export const positionOf = ({ x, y, z }: Pick<EntityColumns, 'x' | 'y' | 'z'>): Position => [x, y, z]
