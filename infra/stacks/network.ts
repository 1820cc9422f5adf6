import { type App, RemovalPolicy, Stack } from 'aws-cdk-lib'
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpProtocol,
  type ISubnet,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { addEmbeddingEndpoint } from '../constructs/embedding.ts'
import { createTaskSubnets } from '../constructs/task-subnets.ts'
import { type Deployment, logRetention, nameOf } from '../deployment.ts'

export const databasePort = 5_432
export const physicsPort = 7_010

/** The network, and who may talk to whom in it. */
export interface Network {
  vpc: Vpc
  /** Of the physics tasks; addresses of IPv6 alone. */
  taskSubnets: ISubnet[]
  security: SecurityGroups
}

interface SecurityGroups {
  /** Every function that needs the database. */
  functions: SecurityGroup
  /** Functions that ask physics tasks, beside `functions`. */
  physicsClients: SecurityGroup
  physics: SecurityGroup
  database: SecurityGroup
}

/**
 * Two zones, no NAT gateway (33 $ a month each): what leaves does so over IPv6 by the egress-only gateway, which
 * costs nothing and lets nobody in. S3 and DynamoDB have gateway endpoints too: CloudFormation's answers go to an
 * S3 that has addresses of IPv4 alone.
 */
export const createNetwork = (app: App, deployment: Deployment): Network => {
  const stack = new Stack(app, nameOf(deployment, 'network'), {
    description: 'Orrery: dual-stack network without NAT, and who may talk to whom',
  })
  const vpc = new Vpc(stack, 'Vpc', {
    vpcName: nameOf(deployment, 'vpc'),
    ipProtocol: IpProtocol.DUAL_STACK,
    maxAzs: 2,
    natGateways: 0,
    createInternetGateway: false,
    subnetConfiguration: [{ name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 }],
    // nothing uses the default group, and emptying it would take a function of its own
    restrictDefaultSecurityGroup: false,
    gatewayEndpoints: {
      S3: { service: GatewayVpcEndpointAwsService.S3 },
      DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
    },
  })
  logRefusals(stack, deployment, vpc)
  const security = createSecurityGroups(stack, deployment, vpc)
  addEmbeddingEndpoint(deployment, vpc, security.functions)
  return { vpc, taskSubnets: createTaskSubnets(vpc), security }
}

/** What a security group refused says why something cannot connect; accepted traffic would cost by the gigabyte. */
const logRefusals = (stack: Stack, deployment: Deployment, vpc: Vpc): void => {
  const logGroup = new LogGroup(stack, 'Refusals', {
    logGroupName: `/orrery/${deployment.stage}/network-refusals`,
    retention: logRetention(deployment),
    removalPolicy: RemovalPolicy.DESTROY,
  })
  vpc.addFlowLog('Refusals', {
    destination: FlowLogDestination.toCloudWatchLogs(logGroup),
    trafficType: FlowLogTrafficType.REJECT,
  })
}

const createSecurityGroups = (stack: Stack, deployment: Deployment, vpc: Vpc): SecurityGroups => {
  const group = (id: string, description: string) =>
    new SecurityGroup(stack, id, { vpc, description, allowAllOutbound: false })
  const functions = group('Functions', 'Functions that need the database')
  const physicsClients = group('PhysicsClients', 'Functions that ask physics tasks')
  const physics = group('Physics', 'Physics tasks')
  const database = group('Database', 'The database')

  const https = Port.tcp(443)
  for (const caller of [functions, physics]) caller.addEgressRule(Peer.anyIpv6(), https, 'AWS over IPv6')
  functions.addEgressRule(Peer.anyIpv4(), https, 'S3 and DynamoDB by their gateway endpoints')
  for (const caller of [functions, physics]) allow(caller, database, databasePort, 'PostgreSQL')
  allow(physicsClients, physics, physicsPort, 'Spatial reads of a world at its holder')
  allowExternalDatabase(deployment, [functions, physics])
  return { functions, physicsClients, physics, database }
}

const allow = (from: SecurityGroup, to: SecurityGroup, port: number, description: string): void => {
  from.addEgressRule(to, Port.tcp(port), description)
  to.addIngressRule(from, Port.tcp(port), description)
}

const allowExternalDatabase = ({ settings: { database } }: Deployment, callers: SecurityGroup[]): void => {
  if (database.kind !== 'external') return
  for (const caller of callers)
    for (const peer of [Peer.anyIpv6(), Peer.anyIpv4()])
      caller.addEgressRule(peer, Port.tcp(database.port), 'The database of the settings')
}
