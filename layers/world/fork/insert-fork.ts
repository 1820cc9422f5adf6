import type pg from 'pg'
import type { StoreTarget } from '../postgres/statement.ts'
import type { WorldSettings } from '../settings.ts'
import type { ForkSource } from './find-source.ts'

/** What a fork's row says of its past. */
export interface Fork {
  source: ForkSource
  /** As of the fork's first seq. */
  settings: WorldSettings
  /** As of `findForkTick`. */
  tick: number | null
  at: Date
}

const insertText = `
  INSERT INTO worlds (world_id, tenant_id, name, seq, settings, last_occurred_at, created_at, parent_world_id,
    fork_seq, fork_tick)
  VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $4, $8) ON CONFLICT (tenant_id, name) DO NOTHING RETURNING world_id`

/** The fork's row; its counts come at the end. Waits for whoever makes a world of that name; false where there is one. */
export const insertFork = async (
  client: pg.ClientBase,
  { worldId, tenantId, world }: StoreTarget,
  { source, settings, tick, at }: Fork,
): Promise<boolean> => {
  const { rowCount } = await client.query(insertText, [
    ...[worldId, tenantId, world, source.atSeq, JSON.stringify(settings), at],
    ...[source.worldId, tick],
  ])
  return rowCount === 1
}
