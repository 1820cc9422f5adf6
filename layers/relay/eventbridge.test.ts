import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BusEntry } from './destination.ts'
import { eventBridgePublisher } from './eventbridge.ts'

interface Call {
  action: string
  body: { Name?: string; Entries?: { Detail: string; Time: number; EventBusName: string }[] }
}

type Answer = { status?: number; body: unknown }

/** Answers as a bus in trouble does, over the wire. */
let server: Server
let client: EventBridgeClient
let calls: Call[]
let answer: (call: Call) => Answer

beforeEach(async () => {
  calls = []
  server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const call = { action: String(request.headers['x-amz-target']).split('.')[1]!, body: JSON.parse(body) }
    calls.push(call)
    const { status = 200, body: answered } = answer(call)
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(answered))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  client = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' }, maxAttempts: 1 },
  })
})
afterEach(async () => {
  client.destroy()
  await new Promise((closed) => server.close(closed))
})

const entry = (seq: number, detail = `{"seq":${seq}}`): BusEntry => ({
  ...{ source: 'orrery', detailType: 'entity.created.v1', worldId: 'w', tenantId: 't' },
  ...{ seq, detail, time: '2026-11-21T06:13:48.123Z' },
})

const accepted = { EventId: 'x' }
const failed = (ErrorCode: string) => ({ ErrorCode, ErrorMessage: 'because' })
const found: Answer = { body: { Name: 'orrery-test' } }
const error = (type: string): Answer => ({ status: 400, body: { __type: type, message: 'because' } })

/** A bus that is there, and answers PutEvents so. */
const bus = (put: (entries: { Detail: string }[]) => Answer) => (call: Call) =>
  call.action === 'DescribeEventBus' ? found : put(call.body.Entries!)

const publisher = () => eventBridgePublisher(client, 'orrery-test')
const details = (call: Call) => call.body.Entries!.map(({ Detail }) => Detail)
const puts = () => calls.filter(({ action }) => action === 'PutEvents')

describe('a publisher on EventBridge', () => {
  it.each([
    ['ThrottlingException', 'retry'],
    ['InternalFailure', 'retry'],
    ['AccessDeniedException', 'retry'],
    ['MalformedDetail', 'refused'],
    ['InvalidArgument', 'refused'],
  ])('answers %s as %s, and the entries behind as retry although the bus took them', async (code, status) => {
    answer = bus((entries) => ({
      body: {
        FailedEntryCount: 1,
        Entries: entries.map((_, index) => (index === 1 ? failed(code) : accepted)),
      },
    }))
    const results = await publisher().publish([entry(1), entry(2), entry(3)])
    expect(results).toEqual([
      { status: 'accepted' },
      { status, reason: `${code}: because` },
      { status: 'retry', reason: 'an entry before it failed' },
    ])
  })

  it('sends entries whole, with their time, to its bus', async () => {
    answer = bus((entries) => ({ body: { FailedEntryCount: 0, Entries: entries.map(() => accepted) } }))
    await publisher().publish([entry(1)])
    expect(puts()[0]!.body.Entries).toEqual([
      {
        EventBusName: 'orrery-test',
        Source: 'orrery',
        DetailType: 'entity.created.v1',
        Detail: '{"seq":1}',
        Time: new Date('2026-11-21T06:13:48.123Z').getTime() / 1_000,
      },
    ])
  })

  it('splits what would be too large for one call, and stops at a part that failed', async () => {
    const big = [1, 2, 3, 4].map((seq) => entry(seq, `{"seq":${seq},"text":"${'ü'.repeat(60_000)}"}`))
    answer = bus((entries) => ({ body: { FailedEntryCount: 0, Entries: entries.map(() => accepted) } }))
    expect(await publisher().publish(big)).toEqual(big.map(() => ({ status: 'accepted' })))
    expect(puts().map((call) => call.body.Entries!.length)).toEqual([2, 2])
    calls = []
    answer = bus((entries) => ({
      body: { FailedEntryCount: 1, Entries: entries.map(() => failed('ThrottlingException')) },
    }))
    const results = await publisher().publish(big)
    expect(results.map(({ status }) => status)).toEqual(['retry', 'retry', 'retry', 'retry'])
    expect(puts()).toHaveLength(1)
  })

  it('finds the entry for which the bus refused the whole call', async () => {
    answer = bus((entries) =>
      entries.some(({ Detail }) => Detail.includes('2'))
        ? error('ValidationException')
        : { body: { FailedEntryCount: 0, Entries: entries.map(() => accepted) } },
    )
    const results = await publisher().publish([entry(1), entry(2), entry(3)])
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'refused', 'retry'])
    expect(puts().map(details)).toEqual([
      ['{"seq":1}', '{"seq":2}', '{"seq":3}'],
      ['{"seq":1}'],
      ['{"seq":2}'],
    ])
  })

  it('answers retry for all when the bus is away', async () => {
    answer = bus(() => ({ status: 500, body: { __type: 'InternalException' } }))
    const results = await publisher().publish([entry(1), entry(2)])
    expect(results.map(({ status }) => status)).toEqual(['retry', 'retry'])
  })

  it('looks once whether the bus is there, and again after it was not', async () => {
    const shared = publisher()
    answer = () => error('ResourceNotFoundException')
    await expect(shared.publish([entry(1)])).rejects.toThrow(
      'the event bus orrery-test cannot be used: because',
    )
    expect(puts()).toEqual([])
    answer = bus((entries) => ({ body: { FailedEntryCount: 0, Entries: entries.map(() => accepted) } }))
    await shared.publish([entry(1)])
    await shared.publish([entry(2)])
    expect(calls.map(({ action }) => action)).toEqual([
      'DescribeEventBus',
      'DescribeEventBus',
      'PutEvents',
      'PutEvents',
    ])
  })
})
