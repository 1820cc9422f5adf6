import type { OverflowSpool } from '#platform/overflow/overflow'
import type { Metrics } from '#platform/telemetry/metrics'
import { mergeExpositions, prometheusMetrics } from '#platform/telemetry/prometheus'
import type { LocalLedger } from './ledger.ts'
import type { LocalPhysics } from './physics.ts'
import type { LocalRelay } from './relay.ts'

/** What is looked at when somebody asks for the metrics. */
export interface MeasuredParts {
  relay: LocalRelay
  overflow: OverflowSpool
  physics: LocalPhysics
  ledger: LocalLedger
}

/** The metrics of a stack: those of the parts in this process, and what the processes of physics and ledger say. */
export interface LocalMetrics {
  api: Metrics
  relay: Metrics
  chronicle: Metrics
  /** Prometheus text, as of now; a part that does not answer in a second is left out, or as it was. */
  text(parts: MeasuredParts): Promise<string>
}

const patienceMs = 1_000

export const createLocalMetrics = (): LocalMetrics => {
  const [api, relay] = [prometheusMetrics('api'), prometheusMetrics('relay')]
  const chronicle = prometheusMetrics('chronicle')
  return {
    ...{ api, relay, chronicle },
    text: async (parts) => {
      const [physicsText, ledgerText] = await Promise.all([
        textOf(parts.physics),
        textOf(parts.ledger),
        inTime(parts.relay.measure()),
      ])
      relay.gauge('orrery_overflow_waiting', (await parts.overflow.divertedKeys()).length)
      return mergeExpositions([
        await api.text(),
        await relay.text(),
        await chronicle.text(),
        physicsText,
        ledgerText,
      ])
    },
  }
}

const textOf = async (process: Pick<LocalPhysics, 'url'>): Promise<string> => {
  try {
    const response = await fetch(`${process.url()}/metrics`, { signal: AbortSignal.timeout(patienceMs) })
    return await response.text()
  } catch {
    return ''
  }
}

/** Waits for the work, which never rejects, but no longer. */
const inTime = async (work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, patienceMs)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
