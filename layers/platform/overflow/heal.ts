import type { Queue } from '../queue/queue.ts'
import { formatMessage } from './message.ts'
import { type OverflowTable, partitionOf, waitingWorlds } from './rows.ts'

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
 * few hours; answers how many worlds wait, for whatever reason.
 *
 * Whether a row has a message is known only where the messages are: each world with a row that is more than an hour
 * old is sent one that names that hour, behind all others of its group. When it is received, every message that was sent before it has
 * been consumed, with its row, or dead-lettered; so rows of the world from before that hour have none, and its
 * consumer deletes them. While the database is away it waits like all others.
 */
export const healOverflow = async ({ table, queue, now, newId }: HealOptions): Promise<number> => {
  const deleteBefore = now().getTime() - graceMs
  const worlds = await waitingWorlds(table)
  for (const { key } of worlds.filter(({ since }) => since < deleteBefore))
    await queue.send({
      body: formatMessage({ key, deleteBefore }),
      groupId: partitionOf(key),
      deduplicationId: newId(),
    })
  return worlds.length
}
