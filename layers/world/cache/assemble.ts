import type { JsonObject } from '../event.ts'
import { type EntityRecord, toRecord } from '../read/entities.ts'
import type { CachedComponent, CachedCore } from './entity-cache.ts'

/** The entity as a read of the database shows it; `components` has every one that `core` names. */
export const assemble = (
  entityId: string,
  { row, versions }: CachedCore,
  components: Record<string, CachedComponent>,
): EntityRecord => {
  const [name, class_type, tags, x, y, z, archetype, flux_position, from_seq, createdAt, updatedAt] = row
  const data: Record<string, JsonObject> = {}
  for (const type of Object.keys(versions)) data[type] = components[type]!.data
  return toRecord({
    ...{ entity_id: entityId, name, class_type, tags, x, y, z, archetype, flux_position, from_seq },
    ...{ created_at: new Date(createdAt), updated_at: new Date(updatedAt) },
    components: data,
  })
}
