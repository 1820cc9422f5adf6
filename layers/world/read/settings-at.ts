import type pg from 'pg'
import type { EventData } from '../event.ts'
import { applySettings, type WorldSettings } from '../settings.ts'

const settingsChangesText = `
  SELECT data FROM world_events
  WHERE world_id = $1 AND seq > $2 AND type = 'world.settings_changed.v1' ORDER BY seq DESC`

/** The settings as of a seq of the world's own log, from those of its head: each change taken back, the newest first. */
export const settingsAt = async (
  client: pg.ClientBase,
  worldId: string,
  seq: number,
  settings: WorldSettings,
): Promise<WorldSettings> => {
  const { rows } = await client.query<{ data: EventData['world.settings_changed.v1'] }>(settingsChangesText, [
    ...[worldId, seq],
  ])
  return rows.reduce(
    (later, { data }) =>
      applySettings(
        later,
        data.changes.map((change) => ({ ...change, newValue: change.oldValue })),
      ),
    settings,
  )
}
