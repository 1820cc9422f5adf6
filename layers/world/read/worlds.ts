import type pg from 'pg'
import type { JsonObject } from '../event.ts'
import { type WorldSettings, worldSettings } from '../settings.ts'

export interface World {
  worldId: string
  name: string
  seq: number
  entityCount: number
  relationshipCount: number
  settings: WorldSettings
  createdAt: string
  updatedAt: string
  /** Its entities may not be as its chronicles tell: their projection is switched off, or failing. */
  degraded: boolean
  /** What it was forked of; null for a world of its own. */
  parent: WorldParent | null
}

export interface WorldParent {
  worldId: string
  name: string
  /** Up to this one the parent's history is the fork's. */
  seq: number
  /** The parent's last tick that is in the fork's past; null: none that could be rebuilt. */
  tick: number | null
}

interface WorldRow {
  world_id: string
  name: string
  seq: number
  entity_count: number
  relationship_count: number
  settings: JsonObject
  created_at: Date
  last_occurred_at: Date
  parent_world_id: string | null
  parent_name: string
  fork_seq: number
  fork_tick: number | null
  chronicle_failures: number | null
}

const columns = `world_id, name, seq, entity_count, relationship_count, settings, created_at, last_occurred_at,
  parent_world_id, (SELECT p.name FROM worlds p WHERE p.world_id = worlds.parent_world_id) AS parent_name,
  fork_seq, fork_tick,
  (SELECT c.failures FROM chronicle_progress c WHERE c.world_id = worlds.world_id) AS chronicle_failures`

const toWorld = (row: WorldRow): World => {
  const settings = worldSettings.parse(row.settings)
  const { chronicle_failures: failures } = row
  return {
    worldId: row.world_id,
    name: row.name,
    seq: row.seq,
    entityCount: row.entity_count,
    relationshipCount: row.relationship_count,
    settings,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.last_occurred_at.toISOString(),
    degraded: failures !== null && (failures > 0 || !settings.chronicle.project),
    parent:
      row.parent_world_id === null
        ? null
        : {
            ...{ worldId: row.parent_world_id, name: row.parent_name },
            ...{ seq: row.fork_seq, tick: row.fork_tick },
          },
  }
}

/** The world of that name, of the tenant that the transaction is set to. */
export const findWorld = async (
  client: pg.ClientBase,
  tenantId: string,
  name: string,
): Promise<World | undefined> => {
  const text = `SELECT ${columns} FROM worlds WHERE tenant_id = $1 AND name = $2`
  const { rows } = await client.query<WorldRow>(text, [tenantId, name])
  return rows[0] && toWorld(rows[0])
}

export const findWorldById = async (
  client: pg.ClientBase,
  tenantId: string,
  worldId: string,
): Promise<World | undefined> => {
  const text = `SELECT ${columns} FROM worlds WHERE tenant_id = $1 AND world_id = $2`
  const { rows } = await client.query<WorldRow>(text, [tenantId, worldId])
  return rows[0] && toWorld(rows[0])
}

/** Worlds in order of name, after `after`. */
export const listWorlds = async (
  client: pg.ClientBase,
  tenantId: string,
  after: string,
  limit: number,
): Promise<World[]> => {
  const text = `SELECT ${columns} FROM worlds WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3`
  const { rows } = await client.query<WorldRow>(text, [tenantId, after, limit])
  return rows.map(toWorld)
}

const selectDangling = `
  SELECT count(*) AS dangling FROM relationships r
  WHERE r.world_id = $1 AND (
    NOT EXISTS (SELECT FROM entities WHERE world_id = $1 AND entity_id = r.source_id)
    OR NOT EXISTS (SELECT FROM entities WHERE world_id = $1 AND entity_id = r.target_id))`

/** Relationships with an end that does not exist (yet, or any more). */
export const countDangling = async (client: pg.ClientBase, worldId: string): Promise<number> => {
  const { rows } = await client.query<{ dangling: number }>(selectDangling, [worldId])
  return rows[0]!.dangling
}
