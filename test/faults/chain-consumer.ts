import { createHash } from 'node:crypto'
import type { Consumer } from '#relay/consumer'
import type { WorldEvent } from '#world/event'

export const chainTables = `
  CREATE TABLE chains (world_id uuid PRIMARY KEY, hash text NOT NULL);
  CREATE TABLE arrivals (position bigserial PRIMARY KEY, world_id uuid NOT NULL, seq bigint NOT NULL);
  GRANT SELECT, INSERT, UPDATE ON chains, arrivals TO orrery_background;
  GRANT USAGE ON SEQUENCE arrivals_position_seq TO orrery_background`

/** A state that any lost, doubled or displaced event changes for good. */
export const chainHash = (hash: string, events: WorldEvent[]): string =>
  events.reduce(
    (before, { seq, id, data }) =>
      createHash('sha256')
        .update(`${before} ${seq} ${id} ${JSON.stringify(data)}`)
        .digest('hex'),
    hash,
  )

/** Chains the events of each world, and notes the order in which they took effect. */
export const chainConsumer: Consumer = {
  name: 'chain',
  apply: async (client, { worldId }, events) => {
    const { rows } = await client.query<{ hash: string }>('SELECT hash FROM chains WHERE world_id = $1', [
      worldId,
    ])
    await client.query(
      `INSERT INTO chains (world_id, hash) VALUES ($1, $2)
       ON CONFLICT (world_id) DO UPDATE SET hash = excluded.hash`,
      [worldId, chainHash(rows[0]?.hash ?? '', events)],
    )
    await client.query(
      `INSERT INTO arrivals (world_id, seq) SELECT $1, seq FROM unnest($2::bigint[]) WITH ORDINALITY AS u (seq, n)
       ORDER BY n`,
      [worldId, events.map(({ seq }) => seq)],
    )
  },
}
