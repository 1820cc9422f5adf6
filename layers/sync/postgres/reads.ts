import type pg from 'pg'
import { inTenantTransaction, prepared } from '#platform/postgres/pool'
import { readEvents } from '#relay/read-events'
import type { Entity, WorldEvent } from '#world/event'
import type { Position } from '../facts.ts'
import type { Filter } from '../filter.ts'
import { insideOfHolder } from '../holder-inside.ts'
import type { HolderAddress } from '../holder-ticks.ts'
import type { WorldReads } from '../hub.ts'
import type { FollowedWorld } from '../live-ticks.ts'
import { insideHeld, insideWritten } from './inside.ts'
import { readPage } from './pages.ts'
import { toEntity, type WholeRow, wholeColumns, wholeFrom } from './whole-entities.ts'

/** What nobody may see in a stream is taken out. */
export interface Hiding {
  entity(entity: Entity): Entity
  event(event: WorldEvent): WorldEvent
}

export interface SyncReads extends WorldReads {
  /** Entities in the filter, and where they are: at least as new as their rows. undefined: there are more than `limit`. */
  inside(world: FollowedWorld, filter: Filter, limit: number): Promise<Map<string, Position> | undefined>
  /** Last seqs of the tenant's worlds. */
  heads(tenantId: string, worldIds: readonly string[]): Promise<Map<string, number>>
  /** As `readPage`. */
  page(world: FollowedWorld, filter: Filter, after: string): ReturnType<typeof readPage>
}

const selectEntities = `
  SELECT ${wholeColumns} FROM ${wholeFrom} WHERE e.world_id = $1 AND e.entity_id = ANY ($2::text[])`

const selectCursor = `
  SELECT w.seq, coalesce((SELECT max(t.tick) FROM tick_log t WHERE t.world_id = w.world_id), 0) AS tick
  FROM worlds w WHERE w.world_id = $1`

const selectHeads = 'SELECT world_id, seq FROM worlds WHERE world_id = ANY ($1::uuid[])'

const selectClasses = `
  SELECT DISTINCT ON (entity_id) entity_id, class_type FROM (
    SELECT entity_id, class_type, from_seq FROM entities WHERE world_id = $1 AND entity_id = ANY ($2::text[])
    UNION ALL
    SELECT entity_id, class_type, from_seq FROM entity_history WHERE world_id = $1 AND entity_id = ANY ($2::text[])
  ) AS known ORDER BY entity_id, from_seq DESC`

/** @param pool as orrery_app */
export const createReads = (pool: pg.Pool, hiding: Hiding, addressOf: HolderAddress): SyncReads => {
  const inWorld = <T>({ tenantId }: FollowedWorld, read: (client: pg.PoolClient) => Promise<T>): Promise<T> =>
    inTenantTransaction(pool, tenantId, read)
  return {
    events: async (world, afterSeq, limit) =>
      (await inWorld(world, (client) => readEvents(client, world.worldId, afterSeq, limit))).map(
        hiding.event,
      ),
    entities: async (world, ids) => {
      const { rows } = await inWorld(world, (client) =>
        client.query<WholeRow>(prepared(selectEntities, [world.worldId, ids])),
      )
      return new Map(rows.map((row) => [row.entity_id, hiding.entity(toEntity(row))]))
    },
    cursor: async (world) => {
      const { rows } = await inWorld(world, (client) =>
        client.query<{ seq: number; tick: number }>(prepared(selectCursor, [world.worldId])),
      )
      return rows[0]!
    },
    classes: async (world, ids) => {
      const { rows } = await inWorld(world, (client) =>
        client.query<{ entity_id: string; class_type: string }>(
          prepared(selectClasses, [world.worldId, ids]),
        ),
      )
      return new Map(rows.map(({ entity_id, class_type }) => [entity_id, class_type]))
    },
    heads: async (tenantId, worldIds) => {
      const { rows } = await inTenantTransaction(pool, tenantId, (client) =>
        client.query<{ world_id: string; seq: number }>(prepared(selectHeads, [worldIds])),
      )
      return new Map(rows.map(({ world_id, seq }) => [world_id, seq]))
    },
    page: async (world, filter, after) => {
      const { entities, next } = await inWorld(world, (client) =>
        readPage(client, world.worldId, filter, after),
      )
      return { entities: entities.map(hiding.entity), next }
    },
    inside: async (world, filter, limit) => {
      const { shape } = filter
      const held = shape && (await insideOfHolder(addressOf, world, shape, limit))
      if (held === 'more') return undefined
      return inWorld(world, (client) =>
        held === undefined || shape === undefined
          ? insideWritten(client, world.worldId, filter, limit)
          : insideHeld(client, world.worldId, filter, shape, held),
      )
    },
  }
}
