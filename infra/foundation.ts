import type { ISecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2'
import type { Data } from './stacks/data.ts'
import type { Messaging } from './stacks/messaging.ts'
import type { Network } from './stacks/network.ts'

/** What every stack of functions stands on. */
export interface Foundation {
  network: Network
  data: Data
  messaging: Messaging
  /** The place of a function that needs the database. */
  inVpc: { vpc: Vpc; securityGroups: ISecurityGroup[] }
}

export const foundationOf = (network: Network, data: Data, messaging: Messaging): Foundation => ({
  ...{ network, data, messaging },
  inVpc: { vpc: network.vpc, securityGroups: [network.security.functions] },
})
