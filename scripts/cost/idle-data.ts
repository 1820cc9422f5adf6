import { type Item, line, monthHours } from '#platform/cost/item'
import type { PriceName } from '#platform/cost/prices'
import { type Assembly, type Resource, referenced } from './assembly.ts'
import { isTrue, listAt, numberAt, textAt, unpriced, valueAt } from './properties.ts'
import { allSchedules } from './schedule.ts'

/** Gigabytes that are there before anybody has played: system tables and an empty schema; a bucket; a table. */
const emptyGb = { aurora: 0.5, bucket: 0.1, table: 0.001 }

/**
 * What a paused Aurora wakes with, and the minutes before its wait for a pause begins: half a one of work, and one
 * until the server ends the connection that the frozen function holds (`idle_session_timeout`).
 */
const wake = { acu: 0.5, minutes: 1.5 }

/** Backups of one day, and those up to the size of the database, are free. */
export const cluster = (resource: Resource, assembly: Assembly): Item[] => {
  const { isIoOptimized, minAcu, pauseSeconds } = clusterSettings(resource)
  const isManaged = isTrue(resource, 'ManageMasterUserPassword')
  const hoursOfWake = pauseSeconds / 3_600 + wake.minutes / 60
  const wokenHours = Math.min(monthHours, wakes(assembly, isManaged) * hoursOfWake)
  const acuHours = minAcu > 0 ? monthHours * minAcu : wokenHours * wake.acu
  const what = minAcu > 0 ? 'smallest capacity' : 'woken by schedules'
  const { acu, storage } = auroraPrices(isIoOptimized)
  return [
    line('Aurora', what, instancesOf(resource, assembly).length * acuHours, acu),
    line('Aurora', 'storage of an empty database', emptyGb.aurora, storage),
    line('Aurora', 'backups beyond its size', 0, 'auroraBackup'),
    ...(isManaged ? secret() : []),
  ]
}

export const auroraPrices = (isIoOptimized: boolean): { acu: PriceName; storage: PriceName } =>
  isIoOptimized
    ? { acu: 'auroraAcuIoOptimized', storage: 'auroraStorageIoOptimized' }
    : { acu: 'auroraAcu', storage: 'auroraStorage' }

/** What is asked of a cluster. */
export const clusterSettings = (resource: Resource) => ({
  minAcu: numberAt(resource, 'ServerlessV2ScalingConfiguration.MinCapacity', 0.5),
  maxAcu: numberAt(resource, 'ServerlessV2ScalingConfiguration.MaxCapacity', 0.5),
  pauseSeconds: numberAt(resource, 'ServerlessV2ScalingConfiguration.SecondsUntilAutoPause', 300),
  isIoOptimized: textAt(resource, 'StorageType') === 'aurora-iopt1',
})

/** A password that RDS keeps is changed every week, in a database that is awake. */
const passwordChanges = monthHours / (7 * 24)

/** How often a month the database is woken while nobody plays: by what connects on a schedule, and by RDS. */
const wakes = (assembly: Assembly, isManaged: boolean): number =>
  allSchedules(assembly)
    .filter(({ target }) => valueAt(target, 'Environment.Variables.DATABASE_URL') !== undefined)
    .reduce((sum, { runs }) => sum + runs, isManaged ? passwordChanges : 0)

const instancesOf = (owner: Resource, assembly: Assembly): Resource[] =>
  assembly.resources.filter(
    (resource) =>
      resource.type === 'AWS::RDS::DBInstance' &&
      referenced(assembly, resource.stack, valueAt(resource, 'DBClusterIdentifier')) === owner,
  )

export const instance = (resource: Resource): Item[] => {
  const size = textAt(resource, 'DBInstanceClass')
  if (size !== 'db.serverless') throw unpriced(resource, `the class ${size} is not in the price table`)
  if (numberAt(resource, 'MonitoringInterval', 0) > 0)
    throw unpriced(resource, 'Enhanced Monitoring is not in the price table')
  return []
}

export const secret = (): Item[] => [line('Secrets Manager', 'secrets', 1, 'secret')]

export const bucket = (): Item[] => [line('S3', 'storage', emptyGb.bucket, 's3Storage')]

export const table = (resource: Resource): Item[] => {
  if (textAt(resource, 'BillingMode') !== 'PAY_PER_REQUEST')
    throw unpriced(resource, 'provisioned capacity is not in the price table')
  if (listAt(resource, 'Replicas').length > 1) throw unpriced(resource, 'replicas are not in the price table')
  const isRecoverable = isTrue(resource, 'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled')
  return [
    line('DynamoDB', 'storage', emptyGb.table, 'dynamoStorage'),
    ...(isRecoverable ? [line('DynamoDB', 'point-in-time recovery', emptyGb.table, 'dynamoRecovery')] : []),
  ]
}
