import { type App, Tags } from 'aws-cdk-lib'
import type { Deployment } from './deployment.ts'
import { foundationOf } from './foundation.ts'
import { createApi } from './stacks/api.ts'
import { createBackground } from './stacks/background.ts'
import { createData } from './stacks/data.ts'
import { createLedger } from './stacks/ledger.ts'
import { createMessaging } from './stacks/messaging.ts'
import { createNetwork } from './stacks/network.ts'
import { createObservability } from './stacks/observability.ts'
import { createPhysics } from './stacks/physics.ts'
import { createRelay } from './stacks/relay.ts'
import { createWeb } from './stacks/web.ts'

/**
 * One stage of Orrery: a stack for each concern. The first three are what everything stands on; whatever comes
 * (chronicle, sync) is one more of the others, which know the foundation and not each other.
 */
export const createOrrery = (app: App, deployment: Deployment): void => {
  Tags.of(app).add('orrery:stage', deployment.stage)
  const network = createNetwork(app, deployment)
  const data = createData(app, deployment, network)
  const messaging = createMessaging(app, deployment)
  const foundation = foundationOf(network, data, messaging)
  const { stack: api, ...behind } = createApi(app, deployment, foundation)
  const others = [createRelay, createPhysics, createLedger, createBackground]
  for (const consumer of [api, ...others.map((create) => create(app, deployment, foundation))]) {
    // the schema is in the data stack, and queues are known by their names: nobody runs before they are there
    for (const { stack } of [data, messaging]) consumer.addStackDependency(stack)
  }
  if (deployment.settings.web.enabled) createWeb(app, deployment, behind)
  createObservability(app, deployment)
}
