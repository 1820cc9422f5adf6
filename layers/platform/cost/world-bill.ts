import { type Item, line, monthHours, piecesOf64Kb } from './item.ts'
import type { ActivityUsage, TableUsage } from './world-usage.ts'

/** Means that the cost model has too (scripts/cost/usage-requests.ts): a write's run, and the bytes of an event. */
export const writeRun = { ms: 40, memoryGb: 1_769 / 1_024 }
export const eventBytes = 800
/** A physics task as a stage has it by default (infra/settings.ts). */
const task = { vcpu: 0.5, memoryGb: 1 }

export interface BillInput {
  tables: readonly TableUsage[]
  activity: ActivityUsage
  /** Hours of the period. */
  hours: number
  /** Ticks that the simulation aims at. */
  ticksPerSecond: number
}

/**
 * What a world alone would cost in the period, at list prices: what it keeps, what wrote to it, what its ticks took. No
 * reads, whose number nobody keeps, and nothing that all worlds share: the database's capacity, alarms, logs, the gateway's
 * streams.
 */
export const worldItems = ({ tables, activity, hours, ticksPerSecond }: BillInput): Item[] => {
  const { requests, events, ticks, archivedBytes } = activity
  const gb = tables.reduce((sum, { bytes, indexBytes }) => sum + bytes + indexBytes, 0) / 1e9
  const months = hours / monthHours
  const pieces = requests === 0 ? 1 : piecesOf64Kb((events / requests) * eventBytes)
  const tickHours = ticks / ticksPerSecond / 3_600
  return [
    line('Aurora', 'storage', gb * months, 'auroraStorage'),
    line('S3', 'archive of the ledger', (archivedBytes / 1e9) * months, 's3Storage'),
    line('API Gateway', 'write requests', requests, 'apiRequest'),
    line('Lambda', 'write requests', requests, 'lambdaRequest'),
    line('Lambda', 'write requests', (requests * writeRun.ms * writeRun.memoryGb) / 1_000, 'lambdaCompute'),
    line('DynamoDB', 'rate limits', requests, 'dynamoWrite'),
    line('SQS', 'events to the physics', requests * (2 * pieces + 1), 'sqsFifo'),
    line('EventBridge', 'events', events, 'customEvent'),
    line('Fargate', 'ticks, as of a world alone', tickHours * task.vcpu, 'fargateVcpu'),
    line('Fargate', 'ticks, as of a world alone', tickHours * task.memoryGb, 'fargateMemory'),
  ].filter(({ quantity }) => quantity > 0)
}
