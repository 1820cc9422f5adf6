import type pg from 'pg'
import { int8Array, jsonbArray, uuidArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { Cause, CommittedEntries } from '#world/event'
import { type Commit, figuresOf } from '../commit.ts'

export interface CommitEvent {
  /** UUIDv7. */
  eventId: string
  commit: Commit
  cause: Cause
}

/** Entries that an event carries itself; more are read by the commit's id. */
const maxInlineEntries = 500

// the row of the world is its lock (I1): it is taken last, so that writers of the world wait for one round trip only
const appendText = `
  WITH world AS (
    UPDATE worlds SET seq = seq + $3::bigint,
      last_occurred_at = greatest(last_occurred_at, date_trunc('milliseconds', clock_timestamp()))
    WHERE world_id = $1 RETURNING seq, last_occurred_at
  )
  INSERT INTO world_events (world_id, tenant_id, seq, event_id, type, entity_id, data, cause, occurred_at)
  SELECT $1, $2, world.seq - $3::bigint + u.place, u.event_id, 'commit.entries.v1', NULL, u.data, u.cause,
    world.last_occurred_at
  FROM world, unnest($4::int8[], $5::uuid[], $6::jsonb[], $7::jsonb[]) AS u (place, event_id, data, cause)
  RETURNING seq`

/** Appends an event for each commit to the world's log, in the caller's transaction; answers the last seq. */
export const appendCommitEvents = async (
  client: pg.ClientBase,
  { worldId, tenantId }: Pick<Commit, 'worldId' | 'tenantId'>,
  events: readonly CommitEvent[],
): Promise<number> => {
  const { rows } = await client.query<{ seq: number }>(
    prepared(appendText, [
      ...[worldId, tenantId, events.length],
      int8Array(events.map((_, index) => index + 1)),
      uuidArray(events.map(({ eventId }) => eventId)),
      jsonbArray(events.map(({ commit }) => JSON.stringify(committedEntries(commit)))),
      jsonbArray(events.map(({ cause }) => JSON.stringify(cause))),
    ]),
  )
  return Math.max(...rows.map(({ seq }) => seq))
}

/** What the event of a commit says. */
export const committedEntries = (commit: Commit): CommittedEntries => {
  const { commitId, layer, shard, number, epochStart, epochEnd, hash, entries } = commit
  return {
    ...{ commitId, layer, shard, number, epochStart, epochEnd, hash, entryCount: entries.length },
    ...(entries.length <= maxInlineEntries && {
      entries: entries.map((entry) => ({
        region: entry.region,
        correction: entry.correction,
        ...figuresOf(entry),
      })),
    }),
  }
}
