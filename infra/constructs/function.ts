import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { type ISecurityGroup, SubnetType, type Vpc } from 'aws-cdk-lib/aws-ec2'
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { DatabaseRole } from '#platform/postgres/roles'
import { acknowledge } from '../acknowledge.ts'
import type { FunctionName } from '../bundles.ts'
import { arnOf, type Deployment, logRetention, nameOf } from '../deployment.ts'
import { createAlarm } from './alarm.ts'
import { certificatesLayer } from './certificates-layer.ts'
import type { Database } from './database.ts'

export interface FunctionOptions {
  name: FunctionName
  description: string
  timeoutSeconds: number
  /** CPU grows with it: 1,769 is one core. */
  memoryMiB?: number
  /** In the logs, and as the dimension `service` of its metrics. */
  service: 'api' | 'relay' | 'physics' | 'ledger' | 'chronicle' | 'background' | 'identity' | 'migrate'
  environment?: Record<string, string>
  /** Into the VPC, to the database, as this role. */
  database?: { access: Database; role: DatabaseRole }
  network?: { vpc: Vpc; securityGroups: ISecurityGroup[] }
  /** Where its failures raise an alarm: its own, its queue's, the API's, or whoever signs in or deploys. */
  failuresShowIn: 'alarm' | 'queue' | 'api' | 'sign-in' | 'deployment'
}

/**
 * A Lambda function of ours: Node 24 on arm64, a bundle with everything in it, a log group that forgets, tracing,
 * and a role that may do nothing but this until something is granted to it.
 */
export const createFunction = (
  scope: Construct,
  deployment: Deployment,
  options: FunctionOptions,
): LambdaFunction => {
  const { name, description, timeoutSeconds, memoryMiB = 512, database, network } = options
  const owner = new Construct(scope, name)
  const logGroup = new LogGroup(owner, 'Logs', {
    logGroupName: `/aws/lambda/${nameOf(deployment, name)}`,
    retention: logRetention(deployment),
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const role = createRole(owner, deployment, options, logGroup)
  const made = new LambdaFunction(owner, 'Function', {
    functionName: nameOf(deployment, name),
    description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(deployment.bundles[name]),
    handler: 'index.handler',
    timeout: Duration.seconds(timeoutSeconds),
    memorySize: memoryMiB,
    ...{ role, logGroup },
    tracing: Tracing.ACTIVE,
    layers: database?.access.verifiesTls ? [certificatesLayer(scope)] : [],
    environment: {
      ...baseEnvironment(deployment, options),
      ...database?.access.environment(database.role),
      ...options.environment,
    },
    ...(network && {
      vpc: network.vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: network.securityGroups,
      ipv6AllowedForDualStack: true,
    }),
  })
  database?.access.grantConnect(made, database.role)
  acknowledge(role, {
    'AwsSolutions-IAM5[Resource::*]':
      'X-Ray has no resources to name, and neither have the network interfaces that Lambda makes; the function itself is denied them.',
  })
  acknowledge(made, { 'Serverless-LambdaDLQ': noDeadLetters[options.failuresShowIn] })
  if (options.failuresShowIn === 'alarm') alarmOnErrors(owner, deployment, name, made)
  return made
}

const noDeadLetters: Record<FunctionOptions['failuresShowIn'], string> = {
  alarm:
    'Nothing that it is invoked with must be kept: the next time does the same work, and an alarm tells.',
  queue: 'It is invoked by a queue, which keeps what failed and has dead letters.',
  api: 'API Gateway waits for its answer, and the caller gets the error.',
  'sign-in': 'Cognito waits for its answer, and whoever signs in gets the error.',
  deployment: 'CloudFormation waits for its answer, and the deployment fails with it.',
}

const baseEnvironment = (
  { stage, settings }: Deployment,
  { service }: FunctionOptions,
): Record<string, string> => ({
  STAGE: stage,
  LOG_LEVEL: 'INFO',
  POWERTOOLS_SERVICE_NAME: service,
  POWERTOOLS_METRICS_NAMESPACE: 'Orrery',
  NODE_OPTIONS: '--enable-source-maps',
  ...(settings.dualStackEndpoints && {
    // there is no way out over IPv4
    NODE_OPTIONS: overIpv6,
    AWS_USE_DUALSTACK_ENDPOINT: 'true',
  }),
})

/**
 * Addresses of IPv6 come first, and each has more than the usual quarter of a second to answer: Aurora has both kinds,
 * and is slow to answer while it resumes.
 */
export const overIpv6 =
  '--enable-source-maps --dns-result-order=ipv6first --network-family-autoselection-attempt-timeout=5000'

const createRole = (
  scope: Construct,
  deployment: Deployment,
  { name, network }: FunctionOptions,
  logGroup: LogGroup,
): Role => {
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  logGroup.grantWrite(role)
  if (network !== undefined)
    allowInterfaces(role, arnOf(scope, 'lambda', `function:${nameOf(deployment, name)}`))
  return role
}

const interfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

/** Lambda itself connects the function to the VPC, by the function's role; the function's own code may not. */
const allowInterfaces = (role: Role, functionArn: string): void => {
  role.addToPolicy(new PolicyStatement({ actions: interfaceActions, resources: ['*'] }))
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: interfaceActions,
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': [functionArn] } },
    }),
  )
}

const alarmOnErrors = (
  scope: Construct,
  deployment: Deployment,
  name: string,
  made: LambdaFunction,
): void => {
  createAlarm(scope, deployment, `${name}-errors`, {
    means: `The function ${name} fails.`,
    section: 'function-errors',
    metric: made.metricErrors({ period: Duration.minutes(5) }),
    above: 0,
  })
}
