import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDynamoDbClient } from '#platform/dynamodb/client'
import { dynamoDbRateLimiter } from '#platform/limits/dynamodb'
import { inProcessRateLimiter } from '#platform/limits/in-process'
import { type LocalDynamoDb, startLocalDynamoDb } from '../support/dynamodb.ts'
import { describeRateLimiter, expectWithin } from './rate-limiter-suite.ts'

let dynamodb: LocalDynamoDb
beforeAll(async () => {
  dynamodb = await startLocalDynamoDb()
  await dynamodb.createTable('limits', 'tenant')
})
afterAll(() => dynamodb?.stop())

const noLog = (line: string) => {
  throw new Error(line)
}

const onTable = (nowMs: () => number) =>
  dynamoDbRateLimiter({ table: { client: dynamodb.client, name: 'limits' }, nowMs, log: noLog })

describeRateLimiter('in process', inProcessRateLimiter, { slackMs: 0, processes: 1, numRuns: 100 })
describeRateLimiter('DynamoDB, one process', onTable, { slackMs: 1_000, processes: 1, numRuns: 15 })
describeRateLimiter('DynamoDB, three processes', onTable, { slackMs: 1_000, processes: 3, numRuns: 15 })

describe('the rate limiter on DynamoDB', () => {
  const limit = { requestsPerSecond: 100, burst: 80 }

  it('admits no more than the burst to processes that ask at once', async () => {
    const now = Date.now()
    const limiters = Array.from({ length: 3 }, () => onTable(() => now))
    const tenant = randomUUID()
    const small = { requestsPerSecond: 100, burst: 30 }
    const taken = await Promise.all(
      limiters.flatMap((limiter) => Array.from({ length: 15 }, () => limiter.take(tenant, 1, small))),
    )
    expect(taken.filter((each) => each.admitted)).toHaveLength(30)
  })

  it('counts what it holds once, whoever asks meanwhile', async () => {
    const now = Date.now()
    const limiter = onTable(() => now)
    const tenant = randomUUID()
    // it holds 7 then
    for (let request = 0; request < 8; request++) await limiter.take(tenant, 1, limit)
    const taken = await Promise.all(Array.from({ length: 10 }, () => limiter.take(tenant, 8, limit)))
    expect(8 + 8 * taken.filter((each) => each.admitted).length).toBeLessThanOrEqual(limit.burst)
  })

  it('lets what it holds lapse after a second', async () => {
    let now = Date.now()
    const [busy, other] = [onTable(() => now), onTable(() => now)]
    const tenant = randomUUID()
    for (let request = 0; request < 12; request++) await busy.take(tenant, 1, limit)
    const drain = async () => {
      while ((await other.take(tenant, 1, limit)).admitted);
    }
    await drain()
    // 10 ms for a token: what is admitted now was held
    expect(await busy.take(tenant, 1, limit)).toEqual({ admitted: true })
    now += 1_000
    await drain()
    expect((await busy.take(tenant, 1, limit)).admitted).toBe(false)
  })

  it('admits no more than the rate to processes that go on asking, by their own clocks', async () => {
    const limiters = [onTable(Date.now), onTable(Date.now)]
    const tenant = randomUUID()
    const admitted: { atMs: number; cost: number }[] = []
    const endsAt = Date.now() + 1_500
    await Promise.all(
      limiters.map(async (limiter) => {
        while (Date.now() < endsAt) {
          const taken = await limiter.take(tenant, 1, limit)
          if (taken.admitted) admitted.push({ atMs: Date.now(), cost: 1 })
          else await new Promise((done) => setTimeout(done, taken.retryAfterMs))
        }
      }),
    )
    expectWithin(limit, admitted, 1_000)
    expect(admitted.length).toBeGreaterThan(150)
  })

  it('asks the table for few of many requests', async () => {
    const client = createDynamoDbClient({ endpoint: dynamodb.endpoint, region: 'us-east-1' })
    let calls = 0
    const count = (next: (args: never) => unknown) => (args: never) => {
      calls++
      return next(args)
    }
    client.middlewareStack.add(count as never, { step: 'initialize' })
    let now = Date.now()
    const limiter = dynamoDbRateLimiter({
      ...{ table: { client, name: 'limits' }, log: noLog },
      nowMs: () => now,
    })
    const tenant = randomUUID()
    for (let request = 0; request < 500; request++) {
      now += 10
      expect(await limiter.take(tenant, 1, { requestsPerSecond: 200, burst: 400 })).toEqual({
        admitted: true,
      })
    }
    expect(calls).toBeLessThan(25)
    client.destroy()
  })

  it('refuses who sends on without asking again', async () => {
    const client = createDynamoDbClient({ endpoint: dynamodb.endpoint, region: 'us-east-1' })
    const limiter = dynamoDbRateLimiter({
      ...{ table: { client, name: 'limits' }, log: noLog },
      nowMs: () => 1_795_000_000_000,
    })
    const tenant = randomUUID()
    expect(await limiter.take(tenant, 80, limit)).toEqual({ admitted: true })
    client.destroy()
    const { admitted } = await limiter.take(tenant, 1, limit)
    expect(admitted).toBe(false)
  })

  it('admits all while the table is away, says so once in five seconds, and asks again', async () => {
    const client = createDynamoDbClient({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1' })
    const lines: string[] = []
    let now = Date.now()
    const limiter = dynamoDbRateLimiter({
      ...{ table: { client, name: 'limits' }, nowMs: () => now },
      log: (line) => lines.push(line),
    })
    for (let request = 0; request < 200; request++)
      expect(await limiter.take('t', 1, limit)).toEqual({ admitted: true })
    expect(lines).toEqual([expect.stringMatching(/^the rate limits cannot be read, and all are admitted: /)])
    now += 5_000
    await limiter.take('t', 1, limit)
    expect(lines).toHaveLength(2)
    client.destroy()
  })
})
