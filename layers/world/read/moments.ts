import type pg from 'pg'
import { ancestorAt, readAncestors } from './ancestors.ts'
import type { World } from './worlds.ts'

/** When the event with that seq came into the log. */
export interface Moment {
  seq: number
  at: Date
}

// each a look-up by the primary key
const selectMoments = `
  SELECT e.seq, e.occurred_at AS at
  FROM unnest($1::uuid[], $2::int8[]) AS w (world_id, seq) JOIN world_events e USING (world_id, seq)
  ORDER BY e.seq`

/** The moments of seqs that lie evenly from the first to the last, at most so many; a fork's past included. */
export const readMoments = async (
  client: pg.ClientBase,
  { worldId, seq, parent }: World,
  points: number,
): Promise<Moment[]> => {
  const ancestors = parent === null ? [] : await readAncestors(client, worldId)
  const seqs = spread(seq, points)
  const worldIds = seqs.map((one) => ancestorAt(ancestors, one)?.worldId ?? worldId)
  return (await client.query<Moment>(selectMoments, [worldIds, seqs])).rows
}

/** Whole numbers from 1 to `last`, both included, evenly and each once. */
export const spread = (last: number, points: number): number[] => {
  const count = Math.min(last, points)
  if (count < 2) return last < 1 ? [] : [last]
  return Array.from({ length: count }, (_, n) => Math.round(1 + (n * (last - 1)) / (count - 1)))
}
