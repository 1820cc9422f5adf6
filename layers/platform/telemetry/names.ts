/**
 * Every number that Orrery measures of itself, by its Prometheus name. On CloudWatch the same names stand in the
 * namespace Orrery, with the unit given here; locally GET /metrics shows them.
 */
export const metricTable = {
  orrery_ingest_requests_total: {
    kind: 'counter',
    unit: 'Count',
    help: 'Requests that write, by operation and HTTP status.',
    labels: ['operation', 'status'],
    by: ['api'],
  },
  orrery_ingest_latency_ms: {
    kind: 'histogram',
    unit: 'Milliseconds',
    help: 'Time until a request that writes was answered, by operation.',
    labels: ['operation'],
    by: ['api'],
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000],
  },
  orrery_ingest_events_total: {
    kind: 'counter',
    unit: 'Count',
    help: 'Events committed to the logs of worlds.',
    labels: [],
    by: ['api'],
  },
  orrery_rate_limited_total: {
    kind: 'counter',
    unit: 'Count',
    help: 'Requests that were refused because their tenant sends too many (429).',
    labels: [],
    by: ['api'],
  },
  orrery_cache_reads_total: {
    kind: 'counter',
    unit: 'Count',
    help: 'Reads that the entity cache may answer, by adapter and outcome (hit, partial, miss).',
    labels: ['adapter', 'outcome'],
    by: ['api'],
  },
  orrery_cache_hit_ratio: {
    kind: 'gauge',
    unit: 'Count',
    help: 'Share of the last 1,000 or so of these reads that hit.',
    labels: ['adapter'],
    by: ['api'],
  },
  orrery_relay_oldest_unpublished_ms: {
    kind: 'gauge',
    unit: 'Milliseconds',
    help: 'Age of the oldest event that some destination of the relay has not been given yet; 0 when there is none.',
    labels: [],
    by: ['relay'],
  },
  orrery_dead_letters: {
    kind: 'gauge',
    unit: 'Count',
    help: 'Events that a destination or a consumer refused for good and that nobody has replayed yet.',
    labels: [],
    by: ['relay'],
  },
  orrery_overflow_waiting: {
    kind: 'gauge',
    unit: 'Count',
    help: 'Worlds whose writes wait in the overflow for the database.',
    labels: [],
    by: ['relay'],
  },
  orrery_consumer_lag_events: {
    kind: 'gauge',
    unit: 'Count',
    help: 'Events in the log of a world that the consumer has not applied yet.',
    labels: ['consumer', 'world'],
    by: ['physics'],
  },
  orrery_tick_ms: {
    kind: 'histogram',
    unit: 'Milliseconds',
    help: 'Time that one tick of one world took.',
    labels: [],
    by: ['physics'],
    buckets: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000],
  },
  orrery_tick_slowdown_ratio: {
    kind: 'gauge',
    unit: 'Count',
    help: 'How many times slower than wanted the slowest world’s time passes; 1: all keep pace, 0: no worlds.',
    labels: [],
    by: ['physics'],
  },
  orrery_hydration_ms: {
    kind: 'histogram',
    unit: 'Milliseconds',
    help: 'Time until the state of a world that was taken was loaded.',
    labels: [],
    by: ['physics'],
    buckets: [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000],
  },
  orrery_octree_bodies: {
    kind: 'gauge',
    unit: 'Count',
    help: 'Bodies of the worlds that the process holds.',
    labels: [],
    by: ['physics'],
  },
  orrery_octree_bytes: {
    kind: 'gauge',
    unit: 'Bytes',
    help: 'Memory of these bodies, their hierarchies and their octrees.',
    labels: [],
    by: ['physics'],
  },
  orrery_commit_ms: {
    kind: 'histogram',
    unit: 'Milliseconds',
    help: 'Time from the last segment that a commit needed, or the manifest, until it was committed, by layer.',
    labels: ['layer'],
    by: ['ledger'],
    buckets: [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000],
  },
  orrery_commit_entries: {
    kind: 'histogram',
    unit: 'Count',
    help: 'Entries of a commit, by layer.',
    labels: ['layer'],
    by: ['ledger'],
    buckets: [1, 10, 100, 1_000, 10_000, 100_000],
  },
  orrery_commit_failures_total: {
    kind: 'counter',
    unit: 'Count',
    help: 'Times that an engine could not finish its work on a shard; it is tried again.',
    labels: [],
    by: ['ledger'],
  },
  orrery_ledger_ticks_total: {
    kind: 'counter',
    unit: 'Count',
    help: 'Ticks of entities that engines added up.',
    labels: [],
    by: ['ledger'],
  },
  orrery_ledger_lag_ticks: {
    kind: 'gauge',
    unit: 'Count',
    help: 'Ticks by which a layer is behind its source, beyond an open window, the worst of all worlds, by layer.',
    labels: ['layer'],
    by: ['ledger'],
  },
  orrery_accumulator_regions: {
    kind: 'gauge',
    unit: 'Count',
    help: 'Regions in the accumulators of open spans that the process has in memory.',
    labels: [],
    by: ['ledger'],
  },
  orrery_accumulator_bytes: {
    kind: 'gauge',
    unit: 'Bytes',
    help: 'Memory of these accumulators.',
    labels: [],
    by: ['ledger'],
  },
  orrery_region_activity: {
    kind: 'histogram',
    unit: 'Count',
    help: 'Mean activity of the regions of commits, by layer.',
    labels: ['layer'],
    by: ['ledger'],
    buckets: [0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 100, 1_000],
  },
  orrery_chronicle_projected_events_total: {
    kind: 'counter',
    unit: 'Count',
    help: 'Chronicle events whose effects on entities were derived.',
    labels: [],
    by: ['chronicle'],
  },
  orrery_chronicle_projection_failures_total: {
    kind: 'counter',
    unit: 'Count',
    help: 'Times that a world’s chronicles could not be projected; it is tried again.',
    labels: [],
    by: ['chronicle'],
  },
  orrery_chronicle_worlds_failing: {
    kind: 'gauge',
    unit: 'Count',
    help: 'Worlds whose chronicles are not projected because that failed again and again.',
    labels: [],
    by: ['chronicle'],
  },
  orrery_chronicle_differences: {
    kind: 'gauge',
    unit: 'Count',
    help: 'Fields of entities that are not as their world’s chronicles have them, by the last comparison of each world.',
    labels: [],
    by: ['chronicle'],
  },
  orrery_chronicle_embedded_events_total: {
    kind: 'counter',
    unit: 'Count',
    help: 'Chronicle events whose vectors were made.',
    labels: [],
    by: ['chronicle'],
  },
  orrery_chronicle_embedding_failures_total: {
    kind: 'counter',
    unit: 'Count',
    help: 'Times that events of a world could not be embedded; it is tried again.',
    labels: [],
    by: ['chronicle'],
  },
} as const satisfies Record<string, MetricDefinition>

/** Which process measures; its metrics carry it as the label (on CloudWatch the dimension) `service`. */
export type Service = 'api' | 'relay' | 'physics' | 'ledger' | 'chronicle'

export interface MetricDefinition {
  kind: 'counter' | 'gauge' | 'histogram'
  unit: 'Count' | 'Milliseconds' | 'Bytes'
  help: string
  labels: readonly string[]
  /** Who measures it, and shows it from its start: at 0 where it has no labels. */
  by: readonly Service[]
  /** Upper bounds of a histogram, in its unit; Prometheus only. */
  buckets?: readonly number[]
}

export type MetricName = keyof typeof metricTable

type OfKind<Kind> = {
  [Name in MetricName]: (typeof metricTable)[Name]['kind'] extends Kind ? Name : never
}[MetricName]

export type CounterName = OfKind<'counter'>
export type GaugeName = OfKind<'gauge'>
export type HistogramName = OfKind<'histogram'>

/** A value for each label of the metric. */
export type LabelsOf<Name extends MetricName> = Record<(typeof metricTable)[Name]['labels'][number], string>

/** The names in their order. */
export const metricNames = Object.keys(metricTable) as MetricName[]
