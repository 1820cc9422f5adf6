import { randomBytes, randomUUID } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEventBridge } from '../conformance/publisher-eventbridge.ts'
import { describePublisher } from '../conformance/publisher-suite.ts'
import { endToEndSuite } from '../e2e/suite.ts'
import { type Call, callWith } from '../e2e/target.ts'
import { until } from '../support/until.ts'
import { createOperator, type Operator } from './aws.ts'
import { resourcesOf } from './cloud-assembly.ts'
import { type Deployment, deploy, type Stops, stopAll } from './deployment.ts'
import { unknownTypes } from './endpoint-gaps.ts'
import { invoke, readLog, refusedTypes } from './raw-api.ts'

const stops: Stops = []
let deployment: Deployment
let operator: Operator
let call: Call

beforeAll(async () => {
  deployment = await deploy(stops, (line) => console.log(line))
  operator = createOperator()
  call = callWith(deployment, await deployment.token('acme', ['world:read', 'world:write', 'world:admin']))
})

afterAll(async () => {
  await operator?.close()
  await stopAll(stops)
})

const put = (world: string, id: string) =>
  call('POST', '/eustress/ingest/entity', { space_name: world, entity: { id, position: [0, 0, 0] } })

describe('what was deployed', () => {
  it('has the dead-letter queue of each queue as the template says', async () => {
    const queues = resourcesOf(deployment.assembly, 'AWS::SQS::Queue').map(({ Properties }) => Properties)
    const redriven = queues.filter(({ RedrivePolicy }) => RedrivePolicy !== undefined)
    expect(redriven.length).toBeGreaterThan(5)
    for (const { QueueName, RedrivePolicy } of redriven) {
      const { RedrivePolicy: policy } = await operator.queueAttributes(QueueName)
      expect(JSON.parse(policy!)).toEqual({
        deadLetterTargetArn: expect.stringMatching(/-dlq(\.fifo)?$/),
        maxReceiveCount: RedrivePolicy.maxReceiveCount,
      })
    }
  })

  it('lets table items end as the template says', async () => {
    const client = new DynamoDBClient()
    const tables = resourcesOf(deployment.assembly, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')
    const ending = tables.filter(({ Properties }) => Properties.TimeToLiveSpecification !== undefined)
    expect(ending.length).toBeGreaterThan(0)
    for (const { Properties } of ending) {
      const command = new DescribeTimeToLiveCommand({ TableName: Properties.TableName })
      expect((await client.send(command)).TimeToLiveDescription).toEqual({
        ...{ TimeToLiveStatus: 'ENABLED' },
        AttributeName: Properties.TimeToLiveSpecification.AttributeName,
      })
    }
    client.destroy()
  })

  it('lacks only what the endpoint still does not know', async () => {
    if (!deployment.endpoint.isOurs) return
    expect(await refusedTypes(deployment.endpoint.url, Object.keys(unknownTypes))).toEqual(
      Object.keys(unknownTypes).sort(),
    )
  })
})

endToEndSuite('the deployed app', () => deployment)

describePublisher('EventBridge', openEventBridge)

describe('the parts behind the API', () => {
  it('put each event on the bus, where a rule finds it', async () => {
    const bus = 'orrery-emulated'
    await operator.subscribe(bus, 'listener', { 'detail-type': ['entity.created.v1'] })
    const trace = randomBytes(16).toString('hex')
    const body = { space_name: 'announced', entity: { id: 'herald', position: [0, 0, 0] } }
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01`, 'x-request-id': 'announcement' }
    await call('POST', '/eustress/ingest/entity', body, headers)
    const [message] = await until('the event', async () => {
      const messages = await operator.receive('listener')
      return messages.length > 0 ? messages : undefined
    })
    expect(JSON.parse(message!.Body!)).toMatchObject({
      'detail-type': 'entity.created.v1',
      detail: {
        entityId: 'herald',
        cause: { requestId: 'announcement', traceparent: expect.stringContaining(trace) },
      },
    })
  })

  it('put a message aside that fails again and again', async () => {
    const [queue, dead] = ['orrery-emulated-overflow.fifo', 'orrery-emulated-overflow-dlq.fifo']
    const { RedrivePolicy } = await operator.queueAttributes(queue)
    const { maxReceiveCount } = JSON.parse(RedrivePolicy!)
    // an outage of days must kill nothing, so that the deployed number takes days as well
    await operator.setMaxReceiveCount(queue, 2)
    try {
      await operator.send(queue, 'this is no request', 'nobody')
      const letter = await until('a dead letter', async () => (await operator.receive(dead))[0], 60_000)
      expect(letter.Body).toBe('this is no request')
    } finally {
      await operator.setMaxReceiveCount(queue, maxReceiveCount)
    }
  })

  it('run no physics task while no world needs one, and one when the first does', async () => {
    const world = 'awake'
    const physics = async () => (await call('GET', `/worlds/${world}/physics`)).body
    const entity = { id: 'riser', position: [0, 0, 0], parameters: { activity: 1 } }
    await call('POST', '/eustress/ingest/entity', { space_name: world, entity })
    await until('it ticks', async () => (await physics()).tick > 0, 60_000)
    await deployment.forgetQuestions()
    const { worlds } = (await call('GET', '/worlds?limit=1000')).body
    for (const { name } of worlds)
      expect((await call('POST', `/worlds/${name}/physics/pause`)).status).toBe(200)
    const { tick } = await until('the pause', async () => {
      const status = await physics()
      return status.paused && status
    })
    const { tasks } = deployment
    await until('no task runs', () => tasks.desiredCount() === 0 && !tasks.isRunning(), 60_000)
    const near = await call('GET', `/worlds/${world}/near?x=0&y=0&z=0&k=1`)
    expect(near).toMatchObject({ status: 200, body: { source: 'database', entities: [{ id: 'riser' }] } })
    await call('POST', `/worlds/${world}/physics/resume`)
    await until('a task is wanted', () => tasks.desiredCount() === 1, 60_000)
    await until('it goes on', async () => (await physics()).tick > tick, 60_000)
  })

  it('log what they did and measured, and neither tokens, nor users, nor what was written', async () => {
    const token = await deployment.token('acme', ['world:write'])
    const body = { space_name: 'diary', entity: { id: 'confession', position: [0, 0, 0] } }
    const headers = { 'x-request-id': `to-be-found-${randomUUID()}` }
    const { status } = await callWith(deployment, token)('POST', '/eustress/ingest/entity', body, headers)
    expect(status).toBe(200)
    const read = (name: string) => readLog(deployment.endpoint.url, `/aws/lambda/orrery-emulated-${name}`)
    const line = await until('its line', async () =>
      (await read('api-ingest')).find((text) => text.includes(headers['x-request-id'])),
    )
    expect(JSON.parse(line)).toMatchObject({
      ...{ level: 'INFO', operation: 'ingestEntity', status: 200, tenant: 'acme' },
      subject: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    const all = (await Promise.all(['api-ingest', 'authorizer', 'relay'].map(read))).flat().join('\n')
    expect(all).toContain('orrery_ingest_requests_total')
    expect(all).toContain('orrery_relay_oldest_unpublished_ms')
    expect([token, 'eyJ', deployment.user, 'confession'].filter((secret) => all.includes(secret))).toEqual([])
  })

  it('sweep when the schedule says so', async () => {
    const schedules = resourcesOf(deployment.assembly, 'AWS::Scheduler::Schedule')
    expect(schedules).toHaveLength(1)
    const event = JSON.parse(schedules[0]!.Properties.Target.Input ?? '{}')
    await invoke(deployment.endpoint.url, 'orrery-emulated-relay-sweep', event)
  })
})

describe('a deployment', () => {
  it('brings changed code while a client writes, and loses nothing', { timeout: 120_000 }, async () => {
    let isDone = false
    let written = 0
    const writing = (async () => {
      while (!isDone) await putUntilAnswered('busy', `item-${written++}`)
    })()
    try {
      await deployment.redeploy('orrery-emulated-api-ingest', (folder) => {
        renameSync(join(folder, 'index.mjs'), join(folder, 'before.mjs'))
        writeFileSync(join(folder, 'index.mjs'), changedHandler)
      })
      await until('the new code', async () => (await put('busy', 'last')).headers.get('x-code') === 'changed')
    } finally {
      isDone = true
      await writing
    }
    const { seq, entityCount } = (await call('GET', '/worlds/busy')).body
    expect(entityCount).toBe(written + 1)
    // one event for the world, one for each entity, none twice
    expect(seq).toBe(entityCount + 1)
  })
})

it('the roles let every part do what it means to', () => {
  // where the endpoint was there before, its log is not ours
  const lines = deployment.logs().split('\n')
  expect(lines.filter((line) => line.includes('is not authorized to perform'))).toEqual([])
})

/** A client that sends a request again, under its id, where the gateway has no answer for it. */
const putUntilAnswered = async (world: string, id: string): Promise<void> => {
  const body = { space_name: world, entity: { id, position: [0, 0, 0] } }
  await until(`${id} is written`, async () => {
    const answer = await call('POST', '/eustress/ingest/entity', body, { 'x-request-id': id })
    return answer.status === 200
  })
}

const changedHandler = `
import { handler as before } from './before.mjs'
export const handler = async (event, context) => {
  const answer = await before(event, context)
  return { ...answer, headers: { ...answer.headers, 'x-code': 'changed' } }
}
`
