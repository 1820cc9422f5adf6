import * as z from 'zod'
import type { Queue } from '#platform/queue/queue'

const followBell = z.strictObject({ follow: z.uuid() })

/**
 * Asks whoever serves the ledger's queue to bring the copies of a world's commits up to date, one group for each world.
 *
 * @param reason of letters, digits and `-`: new for each thing that there is to copy, the same when that is rung for again.
 */
export const ringFollower = (queue: Queue, worldId: string, reason: string): Promise<void> =>
  queue.send({
    body: JSON.stringify({ follow: worldId }),
    groupId: `follow-${worldId}`,
    deduplicationId: `follow-${worldId}-${reason}`,
  })

/** The world; undefined for another bell, or none. */
export const parseFollowBell = (body: string): string | undefined => {
  try {
    return followBell.parse(JSON.parse(body)).follow
  } catch {
    return undefined
  }
}
