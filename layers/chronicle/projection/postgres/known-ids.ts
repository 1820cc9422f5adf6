import type pg from 'pg'
import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { actorMark } from '../../searched-text.ts'
import type { EventName } from '../operations.ts'
import { nameArrays } from './load-events.ts'

// of entities; of what was derived; of what is told and not derived yet; of earlier operations, which may be undone
const selectKnown = `
  SELECT EXISTS (SELECT FROM entities WHERE world_id = $1 AND entity_id = $2)
    OR EXISTS (
      SELECT FROM chronicle_progress p JOIN chronicle_actors a USING (world_id, generation)
      WHERE p.world_id = $1 AND a.entity_id = $2)
    OR EXISTS (SELECT FROM chronicle_bindings WHERE world_id = $1 AND kind <> 'found' AND $2 IN (from_id, into_id))
    OR EXISTS (
      SELECT FROM chronicles c, LATERAL chronicle_marked_any($1, c.chronicle_id, $3::text[], 1) WHERE c.world_id = $1)
    AS known`

/** Whether the world, or what its chronicles come to, has or had an entity of that id. */
export const isKnownId = async (
  client: pg.ClientBase,
  worldId: string,
  entityId: string,
): Promise<boolean> => {
  const values = [worldId, entityId, textArray([actorMark(entityId)])]
  return (await client.query<{ known: boolean }>(prepared(selectKnown, values))).rows[0]!.known
}

const selectMissing = `
  SELECT n.place::int4 - 1 AS index
  FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS n (chronicle_id, event_id, place)
  WHERE NOT EXISTS (
    SELECT FROM chronicle_events e
    WHERE e.world_id = $1 AND e.chronicle_id = n.chronicle_id AND e.event_id = n.event_id)
  ORDER BY n.place LIMIT 10`

/** Which of the events are not there, by their places: the first ten. */
export const missingEvents = async (
  client: pg.ClientBase,
  worldId: string,
  names: readonly EventName[],
): Promise<number[]> =>
  (await client.query<{ index: number }>(prepared(selectMissing, [worldId, ...nameArrays(names)]))).rows.map(
    ({ index }) => index,
  )
