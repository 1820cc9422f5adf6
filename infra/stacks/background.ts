import { type App, Stack } from 'aws-cdk-lib'
import { grantEmbedding } from '../constructs/embedding.ts'
import { createFunction } from '../constructs/function.ts'
import { type Deployment, nameOf } from '../deployment.ts'
import type { Foundation } from '../foundation.ts'

/** Work that nobody waits for. */
export const createBackground = (
  app: App,
  deployment: Deployment,
  { inVpc, data, messaging }: Foundation,
): Stack => {
  const stack = new Stack(app, nameOf(deployment, 'background'), {
    description: 'Orrery: scene snapshots that are due, and the projection of chronicles',
  })
  const snapshots = createFunction(stack, deployment, {
    name: 'snapshots',
    description:
      'Cuts the scene snapshots of worlds that want one every so many minutes, and writes datasets',
    // a part of a dataset that was begun in time is still written
    timeoutSeconds: 240,
    memoryMiB: 1_024,
    service: 'background',
    database: { access: data.database, role: 'orrery_background' },
    network: inVpc,
    failuresShowIn: 'queue',
    environment: { SNAPSHOTS_QUEUE_URL: messaging.snapshots.url, OBJECTS_BUCKET: data.objects.bucketName },
  })
  messaging.snapshots.deliverTo(snapshots, { batchSize: 5, maxConcurrency: 2 })
  messaging.snapshots.grantSend(snapshots)
  data.objects.grant(snapshots, ['put', 'get'], 'datasets/')
  // history that the samples are read from
  data.objects.grant(snapshots, ['get'], 'retained/')
  // S3 says that an object is gone only to who may list
  data.objects.grant(snapshots, ['list'])
  projectChronicles(stack, deployment, { inVpc, data, messaging })
  return stack
}

const projectChronicles = (
  stack: Stack,
  deployment: Deployment,
  { inVpc, data, messaging: { chronicle, doorbell } }: Pick<Foundation, 'inVpc' | 'data' | 'messaging'>,
): void => {
  const projection = createFunction(stack, deployment, {
    name: 'chronicle',
    description: 'Projects what chronicles record onto the entities of their worlds',
    // batches begin for five minutes, and the last one may take its time
    timeoutSeconds: 900,
    memoryMiB: 1_024,
    service: 'chronicle',
    database: { access: data.database, role: 'orrery_background' },
    network: inVpc,
    failuresShowIn: 'queue',
    environment: {
      WRITER_DATABASE_URL: data.database.environment('orrery_app').DATABASE_URL!,
      CHRONICLE_QUEUE_URL: chronicle.url,
      DOORBELL_QUEUE_URL: doorbell.url,
    },
  })
  data.database.grantConnect(projection, 'orrery_app')
  grantEmbedding(deployment, projection)
  chronicle.deliverTo(projection, { batchSize: 10, maxConcurrency: 4 })
  for (const queue of [chronicle, doorbell]) queue.grantSend(projection)
}
