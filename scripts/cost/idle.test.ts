import { describe, expect, it } from 'vitest'
import { dollars, Unpriced } from '#platform/cost/item'
import { billOf } from './bill.ts'
import { idleItems } from './idle.ts'
import { assemblyOf, type Stacks, smallStacks } from './test-template.ts'

const idleOf = (stacks: Stacks) => idleItems(assemblyOf(stacks))

/** The dollars of the lines that say this. */
const paid = (stacks: Stacks, what: string): number[] =>
  idleOf(stacks)
    .filter((item) => item.what === what)
    .map((item) => Number(dollars(item).toFixed(4)))

/** The small deployment and one resource more. */
const having = (type: string, properties: Record<string, unknown> = {}): Stacks => ({
  ...smallStacks(),
  more: { More: { Type: type, Properties: properties } },
})

describe('what costs while nobody plays', () => {
  it('is Aurora for as long as the sweep, and RDS, keep it awake', () => {
    // 121.67 sweeps and 4.345 changes of the password, 6.5 minutes each, at 0.5 ACU
    expect(paid(smallStacks(), 'woken by schedules')).toEqual([0.8191])
    const stacks = smallStacks()
    stacks.relay!.Sweep!.Properties = { FunctionName: 'orrery-test-relay-sweep', MemorySize: 512 }
    expect(paid(stacks, 'woken by schedules')).toEqual([0.0282])
  })

  it('is all of Aurora where it does not pause', () => {
    const stacks = smallStacks()
    stacks.data!.Cluster!.Properties = { ServerlessV2ScalingConfiguration: { MinCapacity: 0.5 } }
    expect(paid(stacks, 'smallest capacity')).toEqual([43.8])
    expect(paid(stacks, 'secrets')).toEqual([])
  })

  it('is what Lambda asks the queues of its triggers, in whatever stack they are', () => {
    expect(paid(smallStacks(), 'empty receives of Lambda, standard')).toEqual([0.2628])
    expect(paid(smallStacks(), 'empty receives of Lambda, FIFO')).toEqual([0.3285])
  })

  it('is each metric of an alarm', () => {
    const metric = { MetricStat: { Period: 300 } }
    const expression = { Expression: 'IF(a + b > 0, c, 0)' }
    const stacks = having('AWS::CloudWatch::Alarm', { Metrics: [expression, metric, metric, metric] })
    expect(paid(stacks, 'metrics in alarms')).toEqual([0.4])
    const quick = having('AWS::CloudWatch::Alarm', { MetricName: 'Age', Period: 10 })
    expect(paid(quick, 'metrics in alarms of less than a minute')).toEqual([0.3])
    expect(() =>
      idleOf(having('AWS::CloudWatch::Alarm', { Metrics: [{ Expression: 'SELECT MAX(a)' }] })),
    ).toThrow(/more\/More.*Metrics Insights/)
  })

  it.each([
    ['AWS::CloudWatch::Dashboard', {}, 'dashboards', 3],
    ['AWS::SecretsManager::Secret', {}, 'secrets', 0.8],
    ['AWS::KMS::Key', {}, 'keys', 1],
    ['AWS::EC2::NatGateway', {}, 'NAT gateways', 32.85],
    [
      'AWS::EC2::VPCEndpoint',
      { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] },
      'interface endpoints',
      14.6,
    ],
    [
      'AWS::Cognito::UserPoolClient',
      { AllowedOAuthFlows: ['client_credentials'] },
      'clients for machines',
      6,
    ],
    ['AWS::WAFv2::WebACL', { Rules: [{}, {}] }, 'rules', 2],
  ])('is %s', (type, properties, what, usd) => {
    expect(paid(having(type, properties), what)).toEqual([usd])
  })

  it.each([
    ['AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }],
    ['AWS::Cognito::UserPoolClient', { AllowedOAuthFlows: ['code'] }],
    ['AWS::IAM::Role', {}],
  ])('is not %s %j', (type, properties) => {
    expect(idleOf(having(type, properties))).toEqual(idleOf(smallStacks()))
  })

  it('is a task only where nothing scales its service down', () => {
    expect(paid(smallStacks(), 'tasks that never stop, CPU')).toEqual([])
    const stacks = smallStacks()
    delete stacks.physics!.Scaler
    expect(paid(stacks, 'tasks that never stop, CPU')).toEqual([11.8187])
    expect(paid(stacks, 'tasks that never stop, memory')).toEqual([2.5988])
  })
})

describe('what the model does not know', () => {
  it('is named, every one of it', () => {
    const stacks = having('AWS::Kinesis::Stream')
    stacks.api!.Stage!.Properties = { CacheClusterEnabled: true }
    expect(() => idleOf(stacks)).toThrow(Unpriced)
    expect(() => idleOf(stacks)).toThrow(/AWS::Kinesis::Stream \(more\/More\)/)
    expect(() => idleOf(stacks)).toThrow(/AWS::ApiGateway::Stage \(api\/Stage\).*cache/)
  })

  it.each([
    ['AWS::RDS::DBInstance', { DBInstanceClass: 'db.r8g.large' }, /db\.r8g\.large/],
    ['AWS::DynamoDB::Table', {}, /provisioned/],
    ['AWS::Lambda::EventSourceMapping', { EventSourceArn: 'arn:aws:kinesis:…' }, /no queue/],
    ['AWS::Scheduler::Schedule', { ScheduleExpression: 'cron(0 3 * * ? *)' }, /cron/],
    ['AWS::CloudWatch::Alarm', { Period: { Ref: 'Seconds' } }, /Period is not a number/],
  ])('is a setting of %s', (type, properties, message) => {
    expect(() => idleOf(having(type, properties))).toThrow(message)
  })
})

describe('the goal', () => {
  it('holds for the small deployment, and not with a NAT gateway', () => {
    const { idle, isIdleCheap } = billOf(assemblyOf(smallStacks()), false)
    const [metrics] = paid(smallStacks(), 'custom metrics of scheduled runs')
    expect(idle.usd - metrics!).toBeCloseTo(2.0125, 3)
    expect(isIdleCheap).toBe(true)
    expect(billOf(assemblyOf(having('AWS::EC2::NatGateway')), false).isIdleCheap).toBe(false)
  })
})
