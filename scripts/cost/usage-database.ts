import { defaultPhysicsConfig } from '#physics/config'
import { type Item, line, monthHours, total } from '#platform/cost/item'
import type { Deployment } from './deployment.ts'
import { auroraPrices } from './idle-data.ts'
import type { Load } from './load.ts'
import type { Workload } from './workloads.ts'

/** Estimates: an ACU is about a quarter of a core; what one does of each, a second. */
const perAcuSecond = { rows: 20_000, transactions: 1_000, requests: 100 }
/** Aurora Standard is paid by the 4 KB of log; what commits within 5 ms shares them. */
const pageBytes = 4_096
const commitSeconds = 0.005
const transactionsPerPage = 13
/** Of an entity with components, indexes and history; of an event in the log; of a body's state; of a tick. */
const storedBytes = { entity: 3_000, event: 1_500, body: 300, tick: 150 }

/** What Aurora needs while worlds tick, in ACU: half steps from 0.5. */
export const acuOf = ({ writes, rowsPerSecond, transactionsPerSecond }: Load, workload: Workload): number => {
  const requestsPerSecond = writes / (workload.tickHours * 3_600)
  const acu =
    rowsPerSecond / perAcuSecond.rows +
    transactionsPerSecond / perAcuSecond.transactions +
    requestsPerSecond / perAcuSecond.requests
  return Math.max(0.5, Math.ceil(acu * 2) / 2)
}

export const databaseItems = (workload: Workload, { aurora }: Deployment, load: Load): Item[] =>
  aurora === undefined
    ? []
    : auroraItems(workload, load, aurora.isIoOptimized, (workload.sessions * aurora.pauseSeconds) / 3_600)

/** What the other way to pay for storage and I/O would cost less, in dollars; negative where it costs more. */
export const savingByOtherStorage = (workload: Workload, { aurora }: Deployment, load: Load): number => {
  if (aurora === undefined) return 0
  const cost = (isIoOptimized: boolean): number => total(auroraItems(workload, load, isIoOptimized, 0))
  return cost(aurora.isIoOptimized) - cost(!aurora.isIoOptimized)
}

/** @param tailHours in which Aurora waits before it pauses */
const auroraItems = (workload: Workload, load: Load, isIoOptimized: boolean, tailHours: number): Item[] => {
  const { acu, storage } = auroraPrices(isIoOptimized)
  const acuHours = acuOf(load, workload) * workload.tickHours + 0.5 * tailHours
  const io = ioPerSecond(load) * workload.tickHours * 3_600
  return [
    line('Aurora', 'capacity', acuHours, acu),
    line('Aurora', 'storage', storedGb(workload, load), storage),
    ...(isIoOptimized ? [] : [line('Aurora', 'I/O', io, 'auroraIo')]),
  ]
}

const ioPerSecond = ({ logBytesPerSecond, transactionsPerSecond }: Load): number => {
  const together = Math.min(transactionsPerPage, Math.max(1, transactionsPerSecond * commitSeconds))
  return Math.max(logBytesPerSecond / pageBytes, transactionsPerSecond / together)
}

/** On the mean of the first month, whose events come one by one; all of them stay, and the ticks of the last day. */
const storedGb = (workload: Workload, { events }: Load): number => {
  const { worlds, entities, ticksPerSecond, tickHours } = workload
  const hours = (defaultPhysicsConfig.checkpointsHourly * tickHours) / monthHours
  const ticks = worlds * ticksPerSecond * hours * 3_600
  const { entity, body, event, tick } = storedBytes
  return (worlds * entities * (entity + body) + (events / 2) * event + ticks * tick) / 1e9
}
