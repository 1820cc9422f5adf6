import { type App, Stack } from 'aws-cdk-lib'
import { createFunction } from '../constructs/function.ts'
import { type Deployment, nameOf } from '../deployment.ts'
import type { Foundation } from '../foundation.ts'

/** Ticks become commits. */
export const createLedger = (
  app: App,
  deployment: Deployment,
  { inVpc, data, messaging }: Foundation,
): Stack => {
  const stack = new Stack(app, nameOf(deployment, 'ledger'), {
    description: 'Orrery: the engines that commit what ticks',
  })
  const { maxConcurrency, memoryMiB } = deployment.settings.ledger
  const { ledger, doorbell } = messaging
  const engine = createFunction(stack, deployment, {
    name: 'commit-engine',
    description: 'Adds up the ticks of the shards that were rung for, and commits them',
    timeoutSeconds: 120,
    memoryMiB,
    service: 'ledger',
    database: { access: data.database, role: 'orrery_background' },
    network: inVpc,
    failuresShowIn: 'queue',
    environment: {
      WRITER_DATABASE_URL: data.database.environment('orrery_app').DATABASE_URL!,
      LEDGER_QUEUE_URL: ledger.url,
      DOORBELL_QUEUE_URL: doorbell.url,
      OBJECTS_BUCKET: data.objects.bucketName,
      COPIES_TABLE: data.copiesTable.tableName,
    },
  })
  // what windows do to worlds takes the way of all writes
  data.database.grantConnect(engine, 'orrery_app')
  ledger.deliverTo(engine, { batchSize: 10, maxConcurrency })
  for (const queue of [ledger, doorbell]) queue.grantSend(engine)
  data.objects.grant(engine, ['get', 'delete'], 'ticks/')
  // only an erasure deletes there
  data.objects.grant(engine, ['get', 'put'], 'archive/')
  // what is old of worlds (docs/retention.md)
  data.objects.grant(engine, ['get', 'put', 'delete'], 'retained/')
  // erasures
  for (const prefix of ['archive/', 'checkpoints/', 'datasets/'])
    data.objects.grant(engine, ['delete'], prefix)
  for (const prefix of ['spill/', 'plugins/', 'ledger/'])
    data.objects.grant(engine, ['get', 'put', 'delete'], prefix)
  data.copiesTable.grantUse(engine)
  // S3 says that an object is gone only to who may list
  data.objects.grant(engine, ['list'])
  return stack
}
