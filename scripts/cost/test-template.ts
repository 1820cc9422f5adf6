import type { Assembly, Resource } from './assembly.ts'

/** Of one stack each: resources by logical id. */
export type Stacks = Record<string, Record<string, { Type: string; Properties?: Record<string, unknown> }>>

const lambda = (name: string, memoryMb: number, variables: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: `orrery-test-${name}`,
    MemorySize: memoryMb,
    Environment: { Variables: variables },
  },
})

const fromDatabase = { DATABASE_URL: { 'Fn::Join': ['', ['postgres://orrery_relay@', 'host']] } }

/** A deployment with one of each thing that costs while nobody plays. */
export const smallStacks = (): Stacks => ({
  data: {
    Cluster: {
      Type: 'AWS::RDS::DBCluster',
      Properties: {
        ManageMasterUserPassword: true,
        ServerlessV2ScalingConfiguration: { MinCapacity: 0, MaxCapacity: 4, SecondsUntilAutoPause: 300 },
      },
    },
    Writer: {
      Type: 'AWS::RDS::DBInstance',
      Properties: { DBClusterIdentifier: { Ref: 'Cluster' }, DBInstanceClass: 'db.serverless' },
    },
    Objects: { Type: 'AWS::S3::Bucket' },
    Limits: { Type: 'AWS::DynamoDB::Table', Properties: { BillingMode: 'PAY_PER_REQUEST' } },
  },
  messaging: {
    Doorbell: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orrery-test-doorbell' } },
    Overflow: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: 'orrery-test-overflow.fifo', FifoQueue: true },
    },
    Slot: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: 'orrery-test-physics-0.fifo', FifoQueue: true },
    },
    Archive: { Type: 'AWS::Events::Archive', Properties: { RetentionDays: 15 } },
    Age: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Age', Period: 300 } },
  },
  relay: {
    Relay: lambda('relay', 1_024, fromDatabase),
    Sweep: lambda('relay-sweep', 512, { ...fromDatabase, POWERTOOLS_SERVICE_NAME: 'relay' }),
    Every6Hours: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(6 hours)',
        Target: { Arn: { 'Fn::GetAtt': ['Sweep', 'Arn'] } },
      },
    },
    Trigger: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: { 'Fn::ImportValue': 'messaging:Doorbell' } },
    },
    OverflowTrigger: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetStackOutput': { StackName: 'messaging', OutputName: 'OverflowOutput' } },
      },
    },
  },
  api: {
    Ingest: lambda('api-ingest', 512),
    World: lambda('api-world', 1_024),
    Authorizer: lambda('authorizer', 256),
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { TracingEnabled: true } },
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 14 } },
  },
  ledger: { Engine: lambda('commit-engine', 2_048) },
  physics: {
    Cluster: { Type: 'AWS::ECS::Cluster' },
    Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { Cpu: '512', Memory: '1024' } },
    Service: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: { Ref: 'Task' } } },
    Scaler: lambda('physics-scaler', 512, {
      ECS_SERVICE: { 'Fn::GetAtt': ['Service', 'Name'] },
      PHYSICS_WORLDS_PER_TASK: '20',
    }),
  },
})

/** The assembly of stacks; `messaging` has outputs for others. */
export const assemblyOf = (stacks: Stacks): Assembly => ({
  resources: Object.entries(stacks).flatMap(([stack, resources]) =>
    Object.entries(resources).map(
      ([id, { Type, Properties = {} }]): Resource => ({ stack, id, type: Type, properties: Properties }),
    ),
  ),
  outputs: [
    { id: 'DoorbellOutput', queue: 'Doorbell' },
    { id: 'OverflowOutput', queue: 'Overflow' },
  ].map(({ id, queue }) => ({
    ...{ stack: 'messaging', id, exportName: `messaging:${queue}` },
    value: { 'Fn::GetAtt': [queue, 'Arn'] },
  })),
})
