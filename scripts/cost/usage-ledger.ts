import { type Item, line } from '#platform/cost/item'
import type { Deployment } from './deployment.ts'
import type { Load } from './load.ts'
import type { Workload } from './workloads.ts'

/** Of a body's tick in a stored segment, compressed. */
const tickBytes = 20
/** Gigabytes of raw ticks that a world keeps at most: settings.ledger.ticksKeptMb, and as many ticks as ticksKept. */
const kept = { gb: 1.024, ticks: 10_000 }
/** A run of the engine: a lease, what is new, and the windows; measured at 18 ms a bell, beside S3 more. */
const runMs = 60
/** Ticks of bodies that an engine adds up on one core, a second. */
const ticksPerCoreSecond = 100_000
/** Half of them ring for the layers above, which have a fifth as many windows. */
const bellsPerSegment = 1.5
/** Of the default settings, for each shard: atomic and planetary each 100 ticks, the other three each 600. */
const commitsPerTick = 2 / 100 + 3 / 600
/** Mean bytes of a commit in the database: head, entries, gamma, its event. */
const commitBytes = 4_000

/** Segments, bells and commits of worlds of one shard each, all of whose bodies tick. */
export const ledgerItems = (workload: Workload, deployment: Deployment, load: Load): Item[] => {
  const { worlds, bodies, ticksPerSecond, tickHours } = workload
  const { segments, bells, commits } = load.ledger
  const bodyTicks = worlds * bodies * ticksPerSecond * tickHours * 3_600
  const gb = deployment.memoryGb('commit-engine')
  const computeSeconds = (bells * runMs) / 1_000 + bodyTicks / ticksPerCoreSecond
  const keptTicks = Math.min(kept.ticks, ticksPerSecond * tickHours * 3_600)
  const segmentGb = worlds * Math.min(kept.gb, (bodies * keptTicks * tickBytes) / 1e9)
  return [
    line('S3', 'ledger: segments stored', segments, 's3Write'),
    line('S3', 'ledger: segments read', segments, 's3Read'),
    line('S3', 'ledger: ticks kept', segmentGb, 's3Storage'),
    line('SQS', 'ledger: bells', 3 * bells, 'sqsFifo'),
    line('Lambda', 'ledger: engines', bells, 'lambdaRequest'),
    line('Lambda', 'ledger: engines', computeSeconds * gb, 'lambdaCompute'),
    line('EventBridge', 'ledger: events of commits', commits, 'customEvent'),
    ...(deployment.aurora === undefined
      ? []
      : [line('Aurora', 'ledger: commits stored', (commits * commitBytes) / 2 / 1e9, 'auroraStorage')]),
  ]
}

/** What the ledger does in a month. */
export interface LedgerLoad {
  segments: number
  bells: number
  commits: number
}

export const ledgerLoad = (
  { worlds, bodies, ticksPerSecond, tickHours }: Workload,
  segmentSeconds: number,
): LedgerLoad => {
  const seconds = tickHours * 3_600
  // a segment ends with its time, or with 200,000 ticks of bodies: services/physics/ledger-sink.ts
  const perSecond = Math.max(1 / segmentSeconds, (bodies * ticksPerSecond) / 200_000)
  const segments = worlds * seconds * perSecond
  return {
    segments,
    bells: segments * bellsPerSegment,
    commits: worlds * ticksPerSecond * seconds * commitsPerTick,
  }
}
