import { randomUUID } from 'node:crypto'
import type { Queue } from '#platform/queue/queue'

const sweepBell = JSON.stringify({ sweep: true })

/** Asks for a sweep by whoever serves the ledger's queue. */
export const ringSweep = (queue: Queue): Promise<void> =>
  queue.send({ body: sweepBell, groupId: 'sweep', deduplicationId: randomUUID() })

export const isSweepBell = (body: string): boolean => body === sweepBell
