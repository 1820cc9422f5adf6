import type { Metrics } from './metrics.ts'

/** How far a consumer is behind the log of one world. */
export interface WorldLag {
  worldId: string
  /** Events of the log that it has not applied. */
  lagEvents: number
}

/** Answers the function that sets a consumer's lag in these worlds, and forgets those that are not named any more. */
export const createLagGauge = (metrics: Metrics, consumer: string): ((lags: WorldLag[]) => void) => {
  let known = new Set<string>()
  return (lags) => {
    for (const { worldId: world, lagEvents } of lags) {
      metrics.gauge('orrery_consumer_lag_events', lagEvents, { consumer, world })
      known.delete(world)
    }
    for (const world of known) metrics.gauge('orrery_consumer_lag_events', undefined, { consumer, world })
    known = new Set(lags.map(({ worldId }) => worldId))
  }
}
