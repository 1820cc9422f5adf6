import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Stack, Stage } from 'aws-cdk-lib'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { namedIn, readAssembly, referenced } from './assembly.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orrery-assembly-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(['strong', 'weak'])('an app with %s references between stacks', (strength) => {
  it('is read whole, and its references are followed', async () => {
    const outdir = join(folder, strength)
    const app = new App({ outdir, context: { '@aws-cdk/core:defaultCrossStackReferences': strength } })
    const messaging = new Stack(app, 'messaging')
    const queue = new Queue(messaging, 'Overflow', { fifo: true })
    new Queue(messaging, 'Other')
    const relay = new Stack(app, 'relay')
    new CfnEventSourceMapping(relay, 'Trigger', { functionName: 'relay', eventSourceArn: queue.queueArn })
    new Queue(new Stack(new Stage(app, 'nested'), 'inner'), 'Inner')
    app.synth()

    const assembly = await readAssembly(outdir)
    expect(assembly.resources.filter(({ type }) => type === 'AWS::SQS::Queue')).toHaveLength(3)
    const trigger = assembly.resources.find(({ type }) => type === 'AWS::Lambda::EventSourceMapping')!
    const source = referenced(assembly, trigger.stack, trigger.properties.EventSourceArn)
    expect(source).toMatchObject({ stack: 'messaging', properties: { FifoQueue: true } })
    expect(referenced(assembly, trigger.stack, 'relay')).toBeUndefined()
  })
})

it('finds a queue by the name at the end of its ARN, and no other whose name begins so', () => {
  const queue = (QueueName: string) => ({
    ...{ stack: 'messaging', id: QueueName, type: 'AWS::SQS::Queue' },
    properties: { QueueName },
  })
  const assembly = { resources: [queue('orrery-dev-physics-1'), queue('orrery-dev-physics-10')], outputs: [] }
  const arn = (name: string) => ({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:sqs:eu:1:${name}`]],
  })
  const found = (name: string) => namedIn(assembly, arn(name), 'AWS::SQS::Queue', 'QueueName')?.id
  expect(found('orrery-dev-physics-10')).toBe('orrery-dev-physics-10')
  expect(found('orrery-dev-physics-1')).toBe('orrery-dev-physics-1')
  expect(found('orrery-dev-physics')).toBeUndefined()
})
