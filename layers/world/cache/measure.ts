import type { Metrics } from '#platform/telemetry/metrics'
import type { EntityCache } from './entity-cache.ts'
import type { ReadOutcome } from './read-entity.ts'

/** About so many of the last reads make up the hit rate. */
const window = 1_000

/** Counts reads by outcome, and keeps the share that hit: of all at first, then of the last ones, weighted by recency. */
export const measureReads = (
  metrics: Metrics | undefined,
  adapter: EntityCache['adapter'],
): ((outcome: ReadOutcome) => void) => {
  let [reads, ratio] = [0, 0]
  return (outcome) => {
    reads++
    ratio += ((outcome === 'hit' ? 1 : 0) - ratio) / Math.min(reads, window)
    metrics?.count('orrery_cache_reads_total', 1, { adapter, outcome })
    metrics?.gauge('orrery_cache_hit_ratio', ratio, { adapter })
  }
}
