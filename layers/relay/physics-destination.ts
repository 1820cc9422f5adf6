import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import type { OrderedDestination } from './destination.ts'

// clock_timestamp: the transaction may have begun seconds ago
const slotText = `
  SELECT slot FROM leases WHERE world_id = $1 AND holder IS NOT NULL AND expires_at > clock_timestamp()`

export interface PhysicsQueues {
  /** For worlds that no physics task holds. */
  wake: Queue
  slot(slot: number): Queue
}

/** Sends a world's events to the slot of the physics task that holds its lease, or else to the wake queue. */
export const physicsDestination = ({ wake, slot }: PhysicsQueues): OrderedDestination => ({
  name: 'physics',
  kind: 'ordered',
  queueFor: async (client: pg.ClientBase, worldId: string) => {
    const { rows } = await client.query<{ slot: number }>(prepared(slotText, [worldId]))
    return rows[0] === undefined ? wake : slot(rows[0].slot)
  },
})
