import { type App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import {
  AvailabilityZoneRebalancing,
  Cluster,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
  PropagatedTagSource,
  VersionConsistency,
} from 'aws-cdk-lib/aws-ecs'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { acknowledge } from '../acknowledge.ts'
import { createFunction, overIpv6 } from '../constructs/function.ts'
import { physicsImage } from '../constructs/physics-image.ts'
import { arnOf, type Deployment, logRetention, nameOf } from '../deployment.ts'
import type { Foundation } from '../foundation.ts'
import { physicsPort } from './network.ts'

const clusterName = ({ stage }: Deployment): string => `orrery-${stage}`

/** The simulation: as many tasks as the active worlds need, none when there is none. */
export const createPhysics = (app: App, deployment: Deployment, foundation: Foundation): Stack => {
  const stack = new Stack(app, nameOf(deployment, 'physics'), {
    description: 'Orrery: physics tasks, and the function that says how many',
  })
  const cluster = new Cluster(stack, 'Cluster', {
    clusterName: clusterName(deployment),
    vpc: foundation.network.vpc,
    containerInsightsV2: deployment.settings.physics.containerInsights
      ? ContainerInsights.ENABLED
      : ContainerInsights.DISABLED,
  })
  if (!deployment.settings.physics.containerInsights)
    acknowledge(cluster, {
      'AwsSolutions-ECS4':
        'Costs by the metric; the tasks measure what matters of them. A setting turns it on.',
    })
  const service = createService(stack, deployment, foundation, cluster)
  scale(stack, deployment, foundation, cluster, service)
  return stack
}

const createService = (
  stack: Stack,
  deployment: Deployment,
  foundation: Foundation,
  cluster: Cluster,
): FargateService => {
  const { taskSubnets, security } = foundation.network
  const taskDefinition = createTask(stack, deployment, foundation)
  const service = new FargateService(stack, 'Service', {
    ...{ cluster, taskDefinition },
    serviceName: nameOf(deployment, 'physics'),
    // No desired count: the scaler owns it. One that stood here would be set again by each deployment that
    // changes the service; without it CloudFormation begins with one task, a test of the image, and keeps
    // whatever number it finds later.
    vpcSubnets: { subnets: taskSubnets },
    securityGroups: [security.physics],
    assignPublicIp: false,
    // a new task waits for a slot, which an old one gives up when it is told to stop
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { enable: true, rollback: true },
    // a task that holds worlds is not stopped because another zone has fewer
    availabilityZoneRebalancing: AvailabilityZoneRebalancing.DISABLED,
    propagateTags: PropagatedTagSource.SERVICE,
  })
  // a task that may not pull its image yet has failed, and three of them fail the deployment
  service.node.addDependency(taskDefinition.taskRole, taskDefinition.obtainExecutionRole())
  return service
}

const createTask = (stack: Stack, deployment: Deployment, foundation: Foundation): FargateTaskDefinition => {
  const { cpu, memoryMiB } = deployment.settings.physics
  const task = new FargateTaskDefinition(stack, 'Task', {
    family: nameOf(deployment, 'physics'),
    cpu,
    memoryLimitMiB: memoryMiB,
    runtimePlatform: {
      cpuArchitecture: CpuArchitecture.ARM64,
      operatingSystemFamily: OperatingSystemFamily.LINUX,
    },
  })
  const logGroup = new LogGroup(stack, 'Logs', {
    logGroupName: `/orrery/${deployment.stage}/physics`,
    retention: logRetention(deployment),
    removalPolicy: RemovalPolicy.DESTROY,
  })
  task.addContainer('physics', {
    image: physicsImage(stack, task),
    // the tag is the hash of the content; there is nothing to resolve
    versionConsistency: VersionConsistency.DISABLED,
    environment: taskEnvironment(deployment, foundation),
    portMappings: [{ containerPort: physicsPort }],
    readonlyRootFilesystem: true,
    // it writes what it holds and gives up its leases
    stopTimeout: Duration.seconds(60),
    logging: LogDrivers.awsLogs({ logGroup, streamPrefix: 'physics' }),
  })
  grantTask(stack, deployment, task, foundation)
  acknowledge(task, {
    'AwsSolutions-ECS2': 'Names and addresses; there is no secret among them, the database takes IAM tokens.',
  })
  acknowledge(task.obtainExecutionRole(), {
    'AwsSolutions-IAM5[Resource::*]': 'A token for ECR is for the whole registry; what it may pull is named.',
  })
  return task
}

const taskEnvironment = (
  { stage, settings }: Deployment,
  { data, messaging }: Foundation,
): Record<string, string> => ({
  STAGE: stage,
  LOG_LEVEL: 'INFO',
  POWERTOOLS_SERVICE_NAME: 'physics',
  POWERTOOLS_METRICS_NAMESPACE: 'Orrery',
  HOST: '::',
  PORT: String(physicsPort),
  AWS_REGION: Stack.of(data.stack).region,
  WAKE_QUEUE_URL: messaging.physicsWake.url,
  SLOT_QUEUE_URLS: messaging.physicsSlots.map(({ url }) => url).join(','),
  PHYSICS_DEMAND_QUEUE_URL: messaging.physicsDemand.url,
  // one that is alone waits for no other
  ...(settings.physics.maxTasks > 1 && { PHYSICS_WORLDS_PER_TASK: String(settings.physics.worldsPerTask) }),
  LEDGER_QUEUE_URL: messaging.ledger.url,
  LEDGER_SEGMENT_MS: String(1_000 * settings.ledger.segmentSeconds),
  OBJECTS_BUCKET: data.objects.bucketName,
  TICKS_TABLE: data.ticksTable.tableName,
  ...checkpointEnvironment(settings.physics.checkpoints),
  ...data.database.environment('orrery_physics'),
  ...(settings.dualStackEndpoints && {
    AWS_USE_DUALSTACK_ENDPOINT: 'true',
    NODE_OPTIONS: overIpv6,
  }),
})

const checkpointEnvironment = ({
  newest,
  hourly,
  daily,
}: Deployment['settings']['physics']['checkpoints']): Record<string, string> => ({
  ...(newest !== undefined && { CHECKPOINTS_KEPT: String(newest) }),
  ...(hourly !== undefined && { CHECKPOINTS_HOURLY: String(hourly) }),
  ...(daily !== undefined && { CHECKPOINTS_DAILY: String(daily) }),
})

const grantTask = (
  stack: Stack,
  deployment: Deployment,
  { taskRole }: FargateTaskDefinition,
  { data, messaging }: Foundation,
): void => {
  const tasks = `task/${clusterName(deployment)}/*`
  data.database.grantConnect(taskRole, 'orrery_physics')
  data.objects.grant(taskRole, ['get', 'put', 'delete', 'list'])
  data.ticksTable.grantWrite(taskRole)
  for (const queue of [messaging.physicsWake, ...messaging.physicsSlots]) queue.grantConsume(taskRole)
  for (const queue of [messaging.physicsDemand, messaging.ledger]) queue.grantSend(taskRole)
  taskRole.addToPrincipalPolicy(
    new PolicyStatement({
      // while it holds a world's lease, it is not the one that a smaller number of tasks ends
      actions: ['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'],
      resources: [arnOf(stack, 'ecs', tasks)],
    }),
  )
  acknowledge(taskRole, {
    [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:${tasks}]`]:
      'A task gets its id when it starts; they are the tasks of this cluster.',
  })
}

const scale = (
  stack: Stack,
  deployment: Deployment,
  { inVpc, data, messaging }: Foundation,
  cluster: Cluster,
  service: FargateService,
): void => {
  const { maxTasks, worldsPerTask } = deployment.settings.physics
  const scaler = createFunction(stack, deployment, {
    name: 'physics-scaler',
    description: 'Sets the number of physics tasks to what the active worlds need',
    // a database that sleeps takes most of it
    timeoutSeconds: 60,
    service: 'physics',
    database: { access: data.database, role: 'orrery_relay' },
    network: inVpc,
    failuresShowIn: 'queue',
    environment: {
      ECS_CLUSTER: cluster.clusterName,
      ECS_SERVICE: service.serviceName,
      PHYSICS_MAX_TASKS: String(maxTasks),
      PHYSICS_WORLDS_PER_TASK: String(worldsPerTask),
    },
  })
  messaging.physicsDemand.deliverTo(scaler, { batchSize: 10, gatherSeconds: 5, maxConcurrency: 2 })
  scaler.addToRolePolicy(
    new PolicyStatement({
      actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
      resources: [service.serviceArn],
    }),
  )
}
