import { type App, Stack } from 'aws-cdk-lib'
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
    description: 'Orrery: scene snapshots that are due',
  })
  const snapshots = createFunction(stack, deployment, {
    name: 'snapshots',
    description: 'Cuts the scene snapshots of worlds that want one every so many minutes',
    timeoutSeconds: 120,
    service: 'background',
    database: { access: data.database, role: 'orrery_background' },
    network: inVpc,
    failuresShowIn: 'queue',
    environment: { SNAPSHOTS_QUEUE_URL: messaging.snapshots.url },
  })
  messaging.snapshots.deliverTo(snapshots, { batchSize: 5, maxConcurrency: 2 })
  messaging.snapshots.grantSend(snapshots)
  return stack
}
