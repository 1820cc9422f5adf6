import type pg from 'pg'
import { inTransaction } from '#platform/postgres/pool'
import { type ConsumerContext, consumeLog, consumerDestination } from './consumer.ts'
import { lockConsumerCursor, storeConsumerCursor } from './consumer-cursor.ts'

const behindText = `
  SELECT w.world_id FROM worlds w
  LEFT JOIN consumer_cursors c ON c.consumer = $1 AND c.world_id = w.world_id
  WHERE w.seq > coalesce(c.seq, w.fork_seq) ORDER BY w.world_id`

export interface CaughtUp {
  /** Worlds whose log was ahead of the cursor and is no longer. */
  worlds: number
  /** The others, each with what stood in its way; their messages or the next start try again. */
  failures: { worldId: string; error: unknown }[]
}

/**
 * At start: reads from the log what every world has after the consumer's cursor. Queues that live in memory
 * may have forgotten what they carried. A world that fails does not keep the others waiting.
 */
export const catchUp = async (context: ConsumerContext): Promise<CaughtUp> => {
  const { rows } = await context.pool.query<{ world_id: string }>(behindText, [context.consumer.name])
  const failures: CaughtUp['failures'] = []
  for (const { world_id: worldId } of rows)
    await consumeLog(context, worldId).catch((error: unknown) => failures.push({ worldId, error }))
  return { worlds: rows.length - failures.length, failures }
}

const forgetDeadText = 'DELETE FROM dead_letters WHERE world_id = $1 AND destination = $2'

/**
 * Rebuilds the consumer's state of a world from its log: `reset` removes the state in the transaction that
 * moves the cursor to the beginning (I3), then the log is applied again, of a fork with that of its ancestors. The world's dead letters of this
 * consumer are forgotten with it, since each event gets its attempts anew.
 *
 * @throws what `consumeBatch` throws
 */
export const replayConsumer = async (
  context: ConsumerContext & { reset(client: pg.ClientBase, worldId: string): Promise<void> },
  worldId: string,
): Promise<void> => {
  const { pool, consumer, reset } = context
  await inTransaction(pool, async (client) => {
    const cursor = await lockConsumerCursor(client, consumer.name, worldId)
    if (cursor === undefined) return
    await reset(client, worldId)
    await client.query(forgetDeadText, [worldId, consumerDestination(consumer.name)])
    await storeConsumerCursor(client, consumer.name, worldId, 0)
  })
  await consumeLog(context, worldId)
}
