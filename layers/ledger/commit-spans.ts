import type pg from 'pg'
import { inTransaction } from '#platform/postgres/pool'
import { continueTrace } from '#platform/telemetry/traceparent'
import type { Cause } from '#world/event'
import type { Commit } from './commit.ts'
import { CommitConflict } from './ledger-store.ts'
import { appendCommitEvents } from './postgres/append-events.ts'
import { checkShard, type HeldShard, saveShard } from './postgres/shard-lease.ts'
import { storeCommit } from './postgres/store-commit.ts'
import type { MadeCommit, ShardState } from './spans.ts'

export interface CommitContext {
  /** As orrery_background. */
  pool: pg.Pool
  now: () => Date
  /** A new UUIDv7. */
  newId: () => string
}

/**
 * Makes commits durable in one transaction, or none of them: their heads and entries, the gamma of their cells, the state of the
 * shard, and an event for each in the world's log (I2). Answers the seq of the last event.
 *
 * @param beforeEvents called when the world is about to be locked: from there on all is short.
 * @throws ShardLost where another engine has the shard by now: then nothing was written.
 */
export const commitSpans = (
  { pool, now, newId }: CommitContext,
  held: HeldShard,
  made: readonly MadeCommit[],
  state: ShardState,
  beforeEvents: () => Promise<void>,
): Promise<number> =>
  inTransaction(pool, async (client) => {
    await checkShard(client, held)
    const committedAt = now().toISOString()
    const events = []
    for (const { traces, ...rest } of made) {
      const commit: Commit = { ...rest, committedAt }
      const key = await storeCommit(client, commit, traces.length === 0 ? {} : { traces })
      if (key === undefined) throw new CommitConflict(commit)
      events.push({ eventId: newId(), commit, cause: causeOf(commit, traces) })
    }
    await saveShard(client, state)
    await beforeEvents()
    return appendCommitEvents(client, state, events)
  })

/** A commit has many parents; the event follows from the first one, and the commit names all. */
const causeOf = ({ commitId, epochEnd }: Commit, traces: readonly string[]): Cause => ({
  ...{ commitId, tick: epochEnd },
  ...(traces[0] !== undefined && { traceparent: continueTrace(traces[0]) }),
})
