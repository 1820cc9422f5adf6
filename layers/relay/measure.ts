import { readBacklog } from './backlog.ts'
import type { RelayContext } from './relay.ts'

type MeasureContext = Pick<RelayContext, 'pool' | 'metrics' | 'log'> & { destinations: { name: string }[] }

/**
 * Measures what the relay has yet to do, for the worlds that it has just served or for all. Never rejects: what
 * cannot be measured now is measured the next time.
 */
export const measureRelay = async (
  { pool, destinations, metrics, log }: MeasureContext,
  worldIds?: string[],
): Promise<void> => {
  if (metrics === undefined) return
  try {
    const names = destinations.map(({ name }) => name)
    const { oldestUnpublishedMs, deadLetters } = await readBacklog(pool, names, worldIds)
    metrics.gauge('orrery_relay_oldest_unpublished_ms', oldestUnpublishedMs)
    metrics.gauge('orrery_dead_letters', deadLetters)
  } catch (error) {
    log(`relay: its backlog cannot be measured: ${error instanceof Error ? error.message : String(error)}`)
  }
}
