import { defaultPhysicsConfig } from '#physics/config'
import { type Item, line, monthHours } from '#platform/cost/item'
import type { Deployment } from './deployment.ts'
import { fargateItems } from './idle-containers.ts'
import type { Load } from './load.ts'
import type { Workload } from './workloads.ts'

/** A task asks its own queue and that of wakes, for 20 s each time. */
const receivesPerTaskHour = 2 * 3 * 60
/** Of a moving entity in a checkpoint: measured 40 to 42 (bench checkpoint), and an id that is a UUID. */
const checkpointBytes = 60
/** Between a task and Aurora, for a body; half of the tasks are in the other zone. */
const rowBytes = 110
const otherZone = 0.5

export const physicsItems = (workload: Workload, deployment: Deployment, load: Load): Item[] => {
  const { taskHours, checkpoints, rowsPerSecond } = load
  const rowGb = (rowsPerSecond * workload.tickHours * 3_600 * rowBytes) / 1e9
  return [
    ...fargateItems('physics', taskHours, workload.task ?? deployment.task),
    line('SQS', 'receives of tasks', taskHours * receivesPerTaskHour, 'sqsFifo'),
    // each checkpoint is put, and the older ones are listed
    line('S3', 'checkpoints: puts and lists', 2 * checkpoints, 's3Write'),
    line('S3', 'checkpoints', checkpointGb(workload, deployment, load), 's3Storage'),
    line('DynamoDB', 'tick snapshots', tickSnapshotWrites(workload), 'dynamoWrite'),
    line('Data transfer', 'write-back to the other zone', rowGb * otherZone, 'zoneTransfer'),
  ]
}

/** While somebody watches, 4 KB a second of each world that ticks, a unit for each KB. */
const tickSnapshotWrites = ({ worlds, playHours, tickHours, bodies }: Workload): number =>
  // of so many bodies that move at once none are kept
  bodies > 100_000 ? 0 : worlds * Math.min(playHours, tickHours) * 3_600 * 4

/** What the policy keeps of each world, and those deleted ones that the bucket keeps as versions. */
const checkpointGb = (
  { worlds, entities, tickHours }: Workload,
  { deletedObjectDays }: Deployment,
  { checkpoints }: Load,
): number => {
  const { checkpointsKept, checkpointsHourly } = defaultPhysicsConfig
  // hours in which a world does not tick have none
  const hourly = (checkpointsHourly * tickHours) / monthHours
  const kept = worlds * (checkpointsKept + hourly) + (checkpoints * deletedObjectDays) / 30
  return (kept * entities * checkpointBytes) / 1e9
}
