import type pg from 'pg'
import type { JsonObject } from '#world/event'
import type { LedgerSettings } from '../settings.ts'

/** An entity at the last tick that its producer brought. */
export interface EntityState {
  entityId: string
  tick: number
  position: [number, number, number]
  activity: number
  jitter: number
  /** Tick and activity of its changes, oldest first; empty where the physics makes the ticks. */
  activityHistory: [tick: number, activity: number][]
  meta: JsonObject
  /** By the producer's clock; null where it did not say, and where the physics makes the ticks. */
  timestamp: string | null
}

type StateRow = Omit<EntityState, 'activityHistory' | 'timestamp'> & { timestamp: Date | null }

const postedText = `
  SELECT entity_id AS "entityId", tick, array[x, y, z] AS position, activity, jitter, meta, ticked_at AS timestamp
  FROM entity_state WHERE world_id = $1 AND entity_id = $2`

// an active body ticks with its world, also while it rests and nothing is written of it
const simulatedText = `
  SELECT entity_id AS "entityId", CASE WHEN activity > 0
      THEN greatest(tick, (SELECT max(l.tick) FROM tick_log l WHERE l.world_id = s.world_id)) ELSE tick END AS tick,
    array[x, y, z] AS position, activity, jitter, '{}'::jsonb AS meta,
    null::timestamptz AS timestamp
  FROM entity_physics_state s WHERE world_id = $1 AND entity_id = $2`

/** Ticks of an entity that its history is made of. */
const historyTicks = 1_000
const historyChanges = 100

const historyText = `
  WITH recent AS (
    SELECT tick, activity FROM entity_ticks WHERE world_id = $1 AND entity_id = $2 ORDER BY tick DESC LIMIT $3
  ), changes AS (
    SELECT tick, activity FROM (
      SELECT tick, activity, lag(activity) OVER (ORDER BY tick) AS before FROM recent
    ) u WHERE activity IS DISTINCT FROM before ORDER BY tick DESC LIMIT $4
  )
  SELECT tick, activity FROM changes ORDER BY tick`

/** What the world's producer last said of an entity; undefined where it said nothing. */
export const readEntityState = async (
  client: pg.ClientBase,
  worldId: string,
  entityId: string,
  producer: LedgerSettings['producer'],
): Promise<EntityState | undefined> => {
  const isPosted = producer === 'external'
  const text = isPosted ? postedText : simulatedText
  const [row] = (await client.query<StateRow>(text, [worldId, entityId])).rows
  if (row === undefined) return undefined
  const activityHistory = isPosted ? await readHistory(client, worldId, entityId) : []
  return { ...row, activityHistory, timestamp: row.timestamp?.toISOString() ?? null }
}

const readHistory = async (
  client: pg.ClientBase,
  worldId: string,
  entityId: string,
): Promise<EntityState['activityHistory']> => {
  const values = [worldId, entityId, historyTicks, historyChanges]
  const { rows } = await client.query<{ tick: number; activity: number }>(historyText, values)
  return rows.map(({ tick, activity }) => [tick, activity])
}
