import { beforeAll, describe, expect, test } from 'vitest'
import { list, one, type Resource, type SynthesizedStage, synthesize } from './stage.ts'

const dayS = 86_400

describe.each([
  ['dev', {}],
  ['prod', {}],
])('the queues of %s', (name, overrides) => {
  let stage: SynthesizedStage
  let queues: Resource[]
  let deadLetters: Resource[]

  beforeAll(async () => {
    stage = await synthesize(name, overrides)
    const all = stage.ofType('AWS::SQS::Queue')
    queues = all.filter(({ Properties }) => Properties.RedrivePolicy !== undefined)
    deadLetters = all.filter(({ Properties }) => Properties.RedrivePolicy === undefined)
  })

  const nameOf = ({ Properties }: Resource): string => Properties.QueueName
  const alarmsOn = (queue: Resource): Resource[] =>
    stage
      .ofType('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => JSON.stringify(Properties).includes(`"${queue.logicalId}"`))

  test('are those that the parts talk by', () => {
    const short = queues.map((queue) => nameOf(queue).slice(`orrery-${name}-`.length)).sort()
    const slots = name === 'prod' ? [0, 1, 2, 3] : [0]
    expect(short).toEqual([
      ...['chronicle', 'doorbell'],
      ...['ledger.fifo', 'overflow.fifo'],
      ...slots.map((slot) => `physics-${slot}.fifo`),
      ...['physics-demand', 'physics-wake.fifo', 'snapshots'],
    ])
  })

  test('each have dead letters of their own kind, for fourteen days', () => {
    for (const queue of queues) {
      const { deadLetterTargetArn, maxReceiveCount } = queue.Properties.RedrivePolicy
      const dead = deadLetters.find(({ logicalId }) => logicalId === deadLetterTargetArn['Fn::GetAtt'][0])!
      expect(nameOf(dead)).toBe(nameOf(queue).replace(/(\.fifo)?$/, '-dlq$1'))
      expect(dead.Properties.FifoQueue).toBe(queue.Properties.FifoQueue)
      expect(dead.Properties.MessageRetentionPeriod).toBe(14 * dayS)
      expect(maxReceiveCount).toBeGreaterThanOrEqual(20)
    }
    expect(deadLetters).toHaveLength(queues.length)
  })

  test('have an alarm on dead letters each, and one on age unless a failure shows elsewhere', () => {
    const failureShowsElsewhere = ['chronicle', 'doorbell', 'ledger.fifo', 'physics-demand', 'snapshots']
    for (const queue of queues) {
      if (name === 'dev' && failureShowsElsewhere.some((short) => nameOf(queue) === `orrery-dev-${short}`)) {
        expect(alarmsOn(queue)).toEqual([])
        continue
      }
      const age = one(alarmsOn(queue), `alarms on ${nameOf(queue)}`)
      expect(JSON.stringify(age.Properties)).toContain('ApproximateAgeOfOldestMessage')
    }
    for (const dead of deadLetters) {
      const { Properties } = one(alarmsOn(dead), `alarms on ${nameOf(dead)}`)
      expect(Properties).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 0 })
    }
  })

  test('take messages over TLS alone, and keep them encrypted', () => {
    const policies = stage.ofType('AWS::SQS::QueuePolicy')
    for (const queue of [...queues, ...deadLetters]) {
      expect(queue.Properties.SqsManagedSseEnabled).toBe(true)
      const policy = policies.find(({ Properties }) => Properties.Queues[0].Ref === queue.logicalId)!
      expect(policy.Properties.PolicyDocument.Statement).toMatchObject([
        { Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ])
    }
  })

  test('in order, have one limit for each world', () => {
    const fifo = queues.filter((queue) => nameOf(queue).endsWith('.fifo'))
    for (const { Properties } of fifo)
      expect(Properties).toMatchObject({
        FifoQueue: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
      })
    for (const queue of queues) expect(queue.Properties.FifoQueue === true).toBe(fifo.includes(queue))
  })

  test('do not give up what waits for the database', () => {
    const overflow = queues.find((queue) => nameOf(queue).includes('overflow'))!
    expect(overflow.Properties.RedrivePolicy.maxReceiveCount).toBe(1_000)
    expect(overflow.Properties.MessageRetentionPeriod).toBe(14 * dayS)
  })

  test('show a message again only after six times as long as its function may take', () => {
    const mappings = stage.ofType('AWS::Lambda::EventSourceMapping')
    expect(mappings).toHaveLength(6)
    for (const { Properties } of mappings) {
      const consumer = stage
        .ofType('AWS::Lambda::Function')
        .find(({ logicalId }) => logicalId === Properties.FunctionName.Ref)!
      const queue = queues.find((candidate) =>
        JSON.stringify(Properties.EventSourceArn).includes(`:${nameOf(candidate)}"`),
      )!
      expect(queue.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * consumer.Properties.Timeout)
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures'])
    }
  })

  test('can be taken away: no stack imports what they export', () => {
    expect(JSON.stringify(stage.resources)).not.toMatch(/ImportValue":"orrery-\w+-messaging:\w*Queue/)
  })

  test('the event bus keeps what it was sent, and takes it from this account alone', () => {
    const bus = one(stage.ofType('AWS::Events::EventBus'), 'event bus')
    expect(bus.Properties.Name).toBe(`orrery-${name}`)
    const archive = one(stage.ofType('AWS::Events::Archive'), 'archive')
    expect(archive.Properties.RetentionDays).toBe(name === 'prod' ? 90 : 14)
    const { Statement } = one(stage.ofType('AWS::Events::EventBusPolicy'), 'bus policy').Properties
    expect(list(Statement.Action)).toEqual(['events:PutEvents'])
    expect(JSON.stringify(Statement.Principal)).toContain(':root')
  })
})
