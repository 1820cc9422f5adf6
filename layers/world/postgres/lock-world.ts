import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { JsonObject } from '../event.ts'
import { type WorldSettings, worldSettings } from '../settings.ts'

/** The world's row, locked until the transaction ends. */
export interface LockedWorld {
  worldId: string
  seq: number
  settings: WorldSettings
  entityCount: number
  relationshipCount: number
  activeBodies: number
  updatesSinceSnapshot: number
  firstBodyChangeSeq: number | null
  lastOccurredAt: Date
  /** Whether a dataset wants its scene snapshots. */
  followed: boolean
}

interface WorldRow {
  world_id: string
  seq: number
  settings: JsonObject
  entity_count: number
  relationship_count: number
  active_bodies: number
  updates_since_snapshot: number
  first_body_change_seq: number | null
  last_occurred_at: Date
  followed: boolean
}

const columns = `world_id, seq, settings, entity_count, relationship_count, active_bodies, updates_since_snapshot,
  first_body_change_seq, last_occurred_at, followed`

const selectForUpdate = `SELECT ${columns} FROM worlds WHERE tenant_id = $1 AND name = $2 FOR UPDATE`

/** Locks the world, or answers undefined where there is none of that name. */
export const lockWorld = async (
  client: pg.ClientBase,
  tenantId: string,
  name: string,
): Promise<LockedWorld | undefined> => {
  const { rows } = await client.query<WorldRow>(prepared(selectForUpdate, [tenantId, name]))
  return rows[0] && lockedWorld(rows[0])
}

const insertWorld = `
  INSERT INTO worlds (world_id, tenant_id, name, settings, last_occurred_at, created_at)
  VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (tenant_id, name) DO NOTHING RETURNING ${columns}`

/** Creates the world, or waits for another writer that is creating it and locks that one. */
export const createWorld = async (
  client: pg.ClientBase,
  world: { worldId: string; tenantId: string; name: string; settings: WorldSettings; at: Date },
): Promise<{ world: LockedWorld; created: boolean }> => {
  const values = [world.worldId, world.tenantId, world.name, JSON.stringify(world.settings), world.at]
  const { rows } = await client.query<WorldRow>(prepared(insertWorld, values))
  if (rows[0]) return { world: lockedWorld(rows[0]), created: true }
  return { world: (await lockWorld(client, world.tenantId, world.name))!, created: false }
}

const lockedWorld = (row: WorldRow): LockedWorld => ({
  worldId: row.world_id,
  seq: row.seq,
  // settings that came with a newer version of the schema get their defaults here
  settings: worldSettings.parse(row.settings),
  entityCount: row.entity_count,
  relationshipCount: row.relationship_count,
  activeBodies: row.active_bodies,
  updatesSinceSnapshot: row.updates_since_snapshot,
  firstBodyChangeSeq: row.first_body_change_seq,
  lastOccurredAt: row.last_occurred_at,
  followed: row.followed,
})
