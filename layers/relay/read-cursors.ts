import type pg from 'pg'

const oneText = 'SELECT seq FROM relay_cursors WHERE world_id = $1 AND destination = $2'

/** The last seq that the destination was given; undefined: none yet. */
export const readRelayCursor = async (
  client: pg.ClientBase,
  worldId: string,
  destination: string,
): Promise<number | undefined> =>
  (await client.query<{ seq: number }>(oneText, [worldId, destination])).rows[0]?.seq

/** How far whoever listens to a world's log has come. */
export interface Listener {
  name: string
  seq: number
  /** Events that it has not been given, or has not applied, yet. */
  lagEvents: number
  /** Failures in a row of the event after it. */
  attempts: number
  lastError: string | null
}

const relayText = `
  SELECT c.destination AS name, c.seq, w.seq - c.seq AS "lagEvents", c.attempts, c.last_error AS "lastError"
  FROM relay_cursors c JOIN worlds w USING (world_id) WHERE c.world_id = $1 ORDER BY 1`

/** The relay's destinations. */
export const listRelayCursors = async (client: pg.ClientBase, worldId: string): Promise<Listener[]> =>
  (await client.query<Listener>(relayText, [worldId])).rows

const consumersText = `
  SELECT c.consumer AS name, c.seq, w.seq - c.seq AS "lagEvents", c.attempts, c.last_error AS "lastError"
  FROM consumer_cursors c JOIN worlds w USING (world_id) WHERE c.world_id = $1 ORDER BY 1`

export const listConsumerCursors = async (client: pg.ClientBase, worldId: string): Promise<Listener[]> =>
  (await client.query<Listener>(consumersText, [worldId])).rows
