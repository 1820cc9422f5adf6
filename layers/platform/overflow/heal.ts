import type { Queue } from '../queue/queue.ts'
import { formatMessage } from './message.ts'
import { type OverflowTable, partitionOf, worldsWithRowsBefore } from './rows.ts'

export interface HealOptions {
  table: OverflowTable
  queue: Queue
  now: () => Date
  /** A new UUID. */
  newId: () => string
}

/** Far longer than any call of `divert` runs between its row and its message. */
const graceMs = 3_600_000

/**
 * Frees worlds that a row without a message keeps diverted: `divert` died between the two. To be called every
 * few hours; answers how many worlds have a row that is more than an hour old.
 *
 * Whether such a row has a message is known only where the messages are: each of those worlds is sent one that
 * names the hour, behind all others of its group. When it is received, every message that was sent before it has
 * been consumed, with its row, or dead-lettered; so rows of the world from before that hour have none, and its
 * consumer deletes them. While the database is away it waits like all others.
 */
export const healOverflow = async ({ table, queue, now, newId }: HealOptions): Promise<number> => {
  const deleteBefore = now().getTime() - graceMs
  const keys = await worldsWithRowsBefore(table, deleteBefore)
  for (const key of keys)
    await queue.send({
      body: formatMessage({ key, deleteBefore }),
      groupId: partitionOf(key),
      deduplicationId: newId(),
    })
  return keys.length
}
