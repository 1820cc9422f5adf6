import type pg from 'pg'
import { inTenantTransaction } from '#platform/postgres/pool'
import { resolveReferences } from '#relay/read-events'
import type { CachedEntities } from '#world/cache/cached-entities'
import type { ChangedWorld } from '#world/cache/invalidate'
import type { EventBatch, WorldEvent } from '#world/event'

/** Tells the cache of events as they travel: those that are too large for that are read from the log. */
export const tellOfChanges =
  (readers: pg.Pool, entities: CachedEntities, reportFault: (error: unknown) => void) =>
  async (world: ChangedWorld, events: EventBatch['events']): Promise<void> => {
    try {
      const whole = events.some((event) => 'reference' in event)
        ? await inTenantTransaction(readers, world.tenantId, (client) =>
            resolveReferences(client, world.worldId, events),
          )
        : (events as WorldEvent[])
      await entities.changed(world, whole)
    } catch (error) {
      reportFault(error)
    }
  }
