import type { Moment } from '#world/read/at'
import { eventColumns } from '../postgres/event-columns.ts'

/**
 * Events of chronicles as they stood at a seq, as `entitiesAt`: `$1` = world_id, `$2` = seq (null: now). Retracted
 * ones are among them.
 */
export const chronicleEventsAt: Record<Moment, string> = {
  now: `(SELECT ${eventColumns} FROM chronicle_events WHERE world_id = $1 AND $2::int8 IS NULL)`,
  past: `(SELECT ${eventColumns} FROM chronicle_events WHERE world_id = $1 AND from_seq <= $2
     UNION ALL SELECT ${eventColumns} FROM chronicle_event_history WHERE world_id = $1 AND from_seq <= $2 AND to_seq > $2)`,
}
