import { createLagGauge, type WorldLag } from '#platform/telemetry/consumer-lag'
import { type Log, plainLog } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'
import { every } from './loops.ts'

/** What the service measures with, and how its numbers leave it. */
export interface PhysicsTelemetry {
  metrics: Metrics
  /** Prometheus text, for GET /metrics. */
  text?: () => Promise<string>
  /** Writes what was measured since the last time. */
  flush?: () => void
}

/** What is measured of a world as it stands. */
export interface WorldMeasures extends WorldLag {
  bodies: number
  /** Of the bodies, their hierarchy and the octree. */
  bytes: number
  /** How many times slower than wanted its simulated time passes; 1 when it keeps pace. */
  slowdown: number
}

/** What leaves the service of what it measures. */
export interface Reports {
  /** For GET /metrics, as of now. */
  text: (() => Promise<string>) | undefined
  /** Flushes each minute, until the answered function has done so for the last time. */
  start(report: (error: unknown) => void): () => Promise<void>
}

const flushEveryMs = 60_000

/** @param measure the worlds that are held, now. */
export const createReports = (
  { metrics, text, flush }: PhysicsTelemetry,
  measure: () => WorldMeasures[],
): Reports => {
  const setGauges = createWorldGauges(metrics)
  // without worlds there is nothing to say: a metric costs for each hour in which it is written
  const flushOnce = async (): Promise<void> => {
    const worlds = measure()
    if (worlds.length > 0) setGauges(worlds)
    flush?.()
  }
  return {
    text:
      text &&
      (() => {
        setGauges(measure())
        return text()
      }),
    start: (report) => {
      const stopping = new AbortController()
      const { signal } = stopping
      const flushing = every({ ms: flushEveryMs, againMs: flushEveryMs, signal, report }, flushOnce)
      return async () => {
        stopping.abort()
        await flushing
        flush?.()
      }
    },
  }
}

const createWorldGauges = (metrics: Metrics): ((worlds: WorldMeasures[]) => void) => {
  const setLag = createLagGauge(metrics, 'physics')
  return (worlds) => {
    setLag(worlds)
    metrics.gauge(
      'orrery_octree_bodies',
      worlds.reduce((sum, { bodies }) => sum + bodies, 0),
    )
    metrics.gauge(
      'orrery_octree_bytes',
      worlds.reduce((sum, { bytes }) => sum + bytes, 0),
    )
    metrics.gauge('orrery_tick_slowdown_ratio', Math.max(0, ...worlds.map(({ slowdown }) => slowdown)))
  }
}

/**
 * Of one process: with a STAGE it runs on AWS, where CloudWatch reads metrics and structured lines from its standard
 * output; without one it answers GET /metrics and speaks to people. The other's libraries are not loaded.
 */
export const openTelemetry = async (
  env: NodeJS.ProcessEnv,
): Promise<{ log: Log; telemetry: PhysicsTelemetry }> => {
  const { STAGE: stage = '', POWERTOOLS_SERVICE_NAME: service = 'physics', LOG_LEVEL: level } = env
  if (stage === '') {
    const { prometheusMetrics } = await import('#platform/telemetry/prometheus')
    const { text, ...metrics } = prometheusMetrics('physics')
    return { log: plainLog((line) => console.error(line)), telemetry: { metrics, text } }
  }
  const [{ emfMetrics }, { structuredLog }] = await Promise.all([
    import('#platform/telemetry/emf'),
    import('#platform/telemetry/powertools-log'),
  ])
  const { flush, ...metrics } = emfMetrics({ service, stage })
  return { log: structuredLog(service, level).log, telemetry: { metrics, flush } }
}
