import type { JsonObject } from '#world/event'
import type { EntityState } from './source.ts'

/** How somebody stands: the entity, with what is asked about most of all taken out of its components. */
export interface Standing extends EntityState {
  /** dead, alive, destroyed, …; null: nothing says. */
  status: string | null
  /** Where the story last took it; null: nothing says. */
  location: JsonObject | null
}

export const standingOf = (entity: EntityState): Standing => {
  const { Status: status, Location: location } = entity.components
  return {
    ...entity,
    status: typeof status?.state === 'string' ? status.state : null,
    location: location ?? null,
  }
}
