import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import type { DemandBell } from './demand.ts'
import type { OrderedDestination } from './destination.ts'

// clock_timestamp: the transaction may have begun seconds ago
const whereText = `
  SELECT (SELECT slot FROM leases WHERE world_id = $1 AND holder IS NOT NULL AND expires_at > clock_timestamp()) AS slot,
    EXISTS (SELECT FROM active_worlds WHERE world_id = $1) AS active`

/** Asks for a tick of a world that nobody holds and that does not move: see functions/sync. */
export interface RestBell {
  /** Resolves when it is sure that the tick will be tried; often is as good as once. @throws where it is not */
  ring(worldId: string): Promise<void>
}

export interface PhysicsQueues {
  /** For worlds that no physics task holds. */
  wake: Queue
  slot(slot: number): Queue
  /**
   * Asks for tasks where none runs for its own sake. With it, events of a world that nobody holds and that does
   * not move are sent nowhere: whoever ticks it next reads them from the log, and `rest` is rung. Without it (one machine)
   * the service always runs and takes up every world that changes.
   */
  demand?: { tasks: DemandBell; rest: RestBell } | undefined
}

/** Sends a world's events to the slot of the physics task that holds its lease, or else to the wake queue. */
export const physicsDestination = ({ wake, slot, demand }: PhysicsQueues): OrderedDestination => ({
  name: 'physics',
  kind: 'ordered',
  queueFor: async (client: pg.ClientBase, worldId: string) => {
    const { rows } = await client.query<{ slot: number | null; active: boolean }>(
      prepared(whereText, [worldId]),
    )
    const { slot: held, active } = rows[0]!
    if (held !== null) return slot(held)
    if (demand === undefined) return wake
    if (active) {
      await demand.tasks.ring('activation', worldId)
      return wake
    }
    await demand.rest.ring(worldId)
    return undefined
  },
})
