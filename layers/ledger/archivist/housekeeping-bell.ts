import { randomUUID } from 'node:crypto'
import type { Queue } from '#platform/queue/queue'

const housekeepingBell = JSON.stringify({ housekeeping: true })

/** One at a time is enough, whoever rings: a queue takes only one of them within five minutes. */
const bellMs = 300_000

/** Asks whoever serves the ledger's queue to keep house, soon: `now` for what waits for it, else every five minutes at most. */
export const ringHousekeeping = (queue: Queue, when: Date | 'now'): Promise<void> =>
  queue.send({
    body: housekeepingBell,
    groupId: 'housekeeping',
    deduplicationId: when === 'now' ? randomUUID() : `housekeeping-${Math.floor(when.getTime() / bellMs)}`,
  })

export const isHousekeepingBell = (body: string): boolean => body === housekeepingBell
