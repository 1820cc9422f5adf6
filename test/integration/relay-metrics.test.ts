import type { SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPool } from '#platform/postgres/pool'
import { QueueRefused } from '#platform/queue/queue'
import { prometheusMetrics } from '#platform/telemetry/prometheus'
import { readBacklog } from '#relay/backlog'
import { startConsumer } from '#relay/consume-queue'
import type { Destination } from '#relay/destination'
import { measureRelay } from '#relay/measure'
import { relayWorld } from '#relay/relay'
import { handleDoorbells } from '../../functions/relay/handle-doorbells.ts'
import { until } from '../support/until.ts'
import { appendEvents, openRelayStage, type RelayStage, seedWorld } from './relay-support.ts'

let stage: RelayStage
beforeAll(async () => {
  stage = await openRelayStage()
})
afterAll(() => stage.stop())

const age = async (worldId: string, ms: number): Promise<void> => {
  await stage.admin.query(
    `UPDATE world_events SET occurred_at = occurred_at - $2 * interval '1 millisecond' WHERE world_id = $1`,
    [worldId, ms],
  )
}

const ordered = async (name: string): Promise<Destination> => {
  const queue = await stage.makeQueue(`${name}.fifo`)
  return { name, kind: 'ordered', queueFor: async () => queue }
}

const unavailable = (name: string): Destination => ({
  ...{ name, kind: 'ordered' },
  queueFor: async () => ({
    ...(await stage.makeQueue(`${name}.fifo`)),
    send: async () => {
      throw new Error('away')
    },
  }),
})

test('the oldest event that a destination has not got has an age, until it has', async () => {
  const destinations = [await ordered('first'), await ordered('second')]
  const metrics = prometheusMetrics('relay')
  const relay = await stage.relay({ destinations, metrics })
  const [old, young] = [await seedWorld(stage.admin, 3), await seedWorld(stage.admin, 1)]
  await age(old, 60_000)
  const oldest = async (worldIds?: string[]) =>
    (await readBacklog(relay.pool, ['first', 'second'], worldIds)).oldestUnpublishedMs
  expect(await oldest()).toBeGreaterThan(60_000)
  expect(await oldest([young])).toBeGreaterThan(0)
  expect(await oldest([young])).toBeLessThan(60_000)

  await relayWorld({ ...relay, destinations: destinations.slice(0, 1) }, old)
  // the other destination still waits for it
  expect(await oldest()).toBeGreaterThan(60_000)
  await relayWorld(relay, old)
  expect(await oldest([old])).toBe(0)
  expect(await oldest()).toBeLessThan(60_000)
  await relayWorld(relay, young)
  await measureRelay(relay)
  expect(await metrics.text()).toContain('orrery_relay_oldest_unpublished_ms{service="relay"} 0')

  await appendEvents(stage.admin, young, [{ note: 'one more' }])
  await age(young, 5_000)
  await measureRelay(relay, [old])
  expect(await metrics.text()).toContain('orrery_relay_oldest_unpublished_ms{service="relay"} 0')
  await measureRelay(relay, [old, young])
  expect(await metrics.text()).toMatch(/orrery_relay_oldest_unpublished_ms\{service="relay"\} [5-9]\d{3}/)
  await relayWorld(relay, young)
})

test('the Lambda function measures the worlds that it has served', async () => {
  const metrics = prometheusMetrics('relay')
  const relay = await stage.relay({ destinations: [await ordered('served')], metrics })
  const [served, other] = [await seedWorld(stage.admin, 2), await seedWorld(stage.admin, 2)]
  await age(other, 3_600_000)
  const oldest = async () => Number(/oldest_unpublished_ms\{.*\} (\d+)/.exec(await metrics.text())?.[1])
  const eventOf = (worldId: string) =>
    ({
      Records: [
        {
          ...{ messageId: worldId, receiptHandle: '', body: JSON.stringify({ worldId }) },
          attributes: { ApproximateReceiveCount: '1' },
        },
      ],
    }) as SQSEvent
  await handleDoorbells(relay, eventOf(served))
  expect(await oldest()).toBe(0)
  const away = { ...relay, destinations: [unavailable('served')] }
  await handleDoorbells(away, eventOf(other))
  expect(await oldest()).toBeGreaterThanOrEqual(3_600_000)
})

test('dead letters are counted', async () => {
  const metrics = prometheusMetrics('relay')
  const refusing: Destination = {
    name: 'refusing',
    kind: 'ordered',
    queueFor: async () => ({
      ...(await stage.makeQueue('refusing.fifo')),
      send: async () => {
        throw new QueueRefused('never')
      },
    }),
  }
  const relay = await stage.relay({ destinations: [refusing], metrics, maxAttempts: 1 })
  const worldId = await seedWorld(stage.admin, 2)
  while ((await relayWorld(relay, worldId)) !== 'done');
  await measureRelay(relay)
  expect(await metrics.text()).toContain('orrery_dead_letters{service="relay"} 2')
})

test('a database that is away changes nothing, and is told', async () => {
  const lines: string[] = []
  const metrics = prometheusMetrics('relay')
  metrics.gauge('orrery_dead_letters', 7)
  const pool = createPool({
    connectionString: 'postgresql://nobody@127.0.0.1:1/none',
    applicationName: 'test',
  })
  await measureRelay({
    ...(await stage.relay({ destinations: [], metrics })),
    ...{ pool, log: (line: string) => lines.push(line) },
  })
  expect(lines).toEqual([expect.stringMatching(/^relay: its backlog cannot be measured: .*ECONNREFUSED/)])
  expect(await metrics.text()).toContain('orrery_dead_letters{service="relay"} 7')
  await pool.end()
})

test('a consumer tells how far it is behind in each world, and when it is not any more', async () => {
  const metrics = prometheusMetrics('physics')
  const queue = await stage.makeQueue('lagging.fifo')
  const [slow, quick] = [await seedWorld(stage.admin, 5), await seedWorld(stage.admin, 2)]
  const lagOf = async (world: string) =>
    (await metrics.text()).match(
      new RegExp(`orrery_consumer_lag_events{consumer="lagging",world="${world}".* (\\d+)`),
    )?.[1]
  let isBroken = true
  const consumer = startConsumer({
    ...{ pool: stage.background, queue, metrics, waitSeconds: 0, log: () => {} },
    consumer: {
      name: 'lagging',
      apply: async (_, { worldId }) => {
        if (isBroken && worldId === slow) throw new Error('cannot yet')
      },
    },
    maxAttempts: 1_000_000,
  })
  try {
    await until('the slow world lags', async () => (await lagOf(slow)) === '5')
    expect(await lagOf(quick)).toBeUndefined()
    isBroken = false
    await until('it does not lag any more', async () => (await lagOf(slow)) === undefined, 30_000)
  } finally {
    await consumer.stop()
  }
})
