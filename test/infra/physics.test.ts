import { beforeAll, expect, test } from 'vitest'
import { list, one, type SynthesizedStage, synthesize } from './stage.ts'

let stage: SynthesizedStage

beforeAll(async () => {
  stage = await synthesize('prod')
})

const service = () => one(stage.ofType('AWS::ECS::Service'), 'service')
const task = () => one(stage.ofType('AWS::ECS::TaskDefinition'), 'task').Properties
const container = () => task().ContainerDefinitions[0]

test('how many tasks run is left to the scaler: a deployment does not say', () => {
  expect(service().Properties).not.toHaveProperty('DesiredCount')
  const scaler = stage.function('physics-scaler').Properties
  expect(scaler.Environment.Variables).toMatchObject({
    PHYSICS_MAX_TASKS: '4',
    PHYSICS_WORLDS_PER_TASK: '20',
  })
  const statements = stage.statementsOf(scaler.Role['Fn::GetAtt'][0])
  const ofEcs = statements.filter(({ Action }) => list(Action).some((action) => action.startsWith('ecs:')))
  expect(ofEcs).toEqual([
    {
      ...{ Effect: 'Allow', Action: ['ecs:DescribeServices', 'ecs:UpdateService'] },
      Resource: { Ref: service().logicalId },
    },
  ])
})

test('a deployment that does not come up is taken back', () => {
  expect(service().Properties.DeploymentConfiguration).toMatchObject({
    DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    ...{ MinimumHealthyPercent: 100, MaximumPercent: 200 },
  })
  expect(service().Properties.AvailabilityZoneRebalancing).toBe('DISABLED')
})

test('tasks have addresses of IPv6 alone, and pull their image by the name that has such', () => {
  const { Subnets } = service().Properties.NetworkConfiguration.AwsvpcConfiguration
  const subnets = stage.ofType('AWS::EC2::Subnet').filter(({ Properties }) => Properties.Ipv6Native === true)
  expect(subnets).toHaveLength(2)
  for (const [index, { logicalId, Properties }] of subnets.entries()) {
    expect(JSON.stringify(Subnets[index])).toContain(logicalId)
    expect(Properties).toMatchObject({ AssignIpv6AddressOnCreation: true })
    expect(Properties).not.toHaveProperty('CidrBlock')
  }
  expect(JSON.stringify(container().Image)).toMatch(/\.dkr-ecr\..*\.on\.aws\//)
})

test('no two subnets share addresses', () => {
  const blocks = stage.ofType('AWS::EC2::Subnet').map(({ Properties }) => {
    const [index, { 'Fn::Cidr': cidr }] = Properties.Ipv6CidrBlock['Fn::Select']
    return [index, cidr[1], cidr[2]]
  })
  expect(blocks).toHaveLength(4)
  expect(new Set(blocks.map(([index]) => index)).size).toBe(4)
  // the n-th of fewer than n does not exist, and a VPC has 256
  for (const [index, count, bits] of blocks)
    expect([index < count && count <= 256, bits]).toEqual([true, '64'])
})

test('what a task may do is its work', () => {
  const actions = stage.statementsOf('TaskTaskRole').flatMap(({ Action }) => list(Action))
  expect(actions.sort()).toEqual(
    [
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'ecs:GetTaskProtection',
      'ecs:UpdateTaskProtection',
      'rds-db:connect',
      ...['s3:DeleteObject', 's3:GetObject', 's3:ListBucket', 's3:PutObject'],
      ...['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
      ...['sqs:ReceiveMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
    ].sort(),
  )
})

test('it has a queue for each slot, time to end, no disk to write to, and no secrets', () => {
  expect(task().RuntimePlatform).toEqual({ CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' })
  expect(container()).toMatchObject({ ReadonlyRootFilesystem: true })
  expect(container().StopTimeout).toBeGreaterThanOrEqual(30)
  expect(container().Secrets).toBeUndefined()
  const environment = Object.fromEntries(
    container().Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]),
  )
  expect(environment).toMatchObject({ HOST: '::', PORT: '7010', DATABASE_AUTH: 'iam' })
  expect(JSON.stringify(environment.SLOT_QUEUE_URLS).match(/physics-\d\.fifo/g)).toHaveLength(4)
})

test('container insights is a matter of the stage', async () => {
  const insights = ({ ofType }: SynthesizedStage) =>
    one(ofType('AWS::ECS::Cluster'), 'cluster').Properties.ClusterSettings[0].Value
  expect([insights(stage), insights(await synthesize('dev'))]).toEqual(['enabled', 'disabled'])
})
