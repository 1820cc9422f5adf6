import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpenTickSink, TickBatch } from '#physics/tick-sink'
import type { OutgoingMessage, Queue } from '#platform/queue/queue'
import type { BusEntry } from '#relay/destination'
import { physicsDestination } from '#relay/physics-destination'
import { type RelayContext, relayWorld } from '#relay/relay'
import type { EventBatch } from '#world/event'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createPhysicsHarness, type PhysicsHarness } from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
let api: TestApi
let relay: RelayContext
const bodies: string[] = []
const entries: BusEntry[] = []
const ticks: (TickBatch & { worldId: string })[] = []

const overheard = (queue: Queue): Queue => ({
  ...queue,
  send: (message: OutgoingMessage) => {
    bodies.push(message.body)
    return queue.send(message)
  },
})

beforeAll(async () => {
  physics = await createPhysicsHarness()
  api = await startTestApi(physics.database.url('orrery_app'))
  const wake = overheard(physics.wake)
  const slot = (index: number) => overheard(physics.slots[index]!)
  const publisher = {
    publish: async (some: BusEntry[]) => {
      entries.push(...some)
      return some.map(() => ({ status: 'accepted' }) as const)
    },
  }
  relay = {
    pool: physics.database.pool('orrery_relay'),
    destinations: [physicsDestination({ wake, slot }), { name: 'bus', kind: 'publisher', publisher }],
    doorbell: physics.wake,
    newId: randomUUID,
    monotonicMs: () => performance.now(),
    random: Math.random,
    log: (line) => console.error(line),
  }
  const open: OpenTickSink = ({ lease: { worldId } }) => ({
    publish: async (batch) => void ticks.push({ ...batch, worldId }),
    flush: async () => {},
  })
  await physics.start({}, { sinks: { open, storedTo: async () => 0 } })
})
afterAll(async () => {
  await api?.stop()
  await physics?.close()
})

const ingest = async (
  world: string,
  headers: Record<string, string>,
  position = [1, 2, 3],
): Promise<void> => {
  const entity = { id: 'lamp', position, parameters: { activity: 0.5, mass: 2 } }
  const answer = await api.call('POST', '/eustress/ingest/entity', { space_name: world, entity }, headers)
  expect(answer.status).toBe(200)
}

const causesOf = async (world: string) => {
  const { rows } = await physics.pool.query<{ worldId: string; traceparent: string }>(
    `SELECT world_id AS "worldId", e.cause->>'traceparent' AS traceparent FROM worlds w JOIN world_events e USING (world_id)
     WHERE w.name = $1 ORDER BY e.seq`,
    [world],
  )
  return { worldId: rows[0]!.worldId, log: rows.map(({ traceparent }) => traceparent) }
}

/** The traceparents of the world's log, in order, and of everything that followed from it. */
const follow = async (world: string) => {
  const { worldId, log } = await causesOf(world)
  expect(await relayWorld(relay, worldId)).toBe('done')
  const tick = await until('a tick names a trace', () =>
    ticks.find((batch) => batch.worldId === worldId && batch.traces.length > 0),
  )
  const batches = bodies
    .map((body) => JSON.parse(body) as EventBatch)
    .filter((batch) => batch.worldId === worldId)
  return {
    log,
    batch: batches.flatMap(({ events }) =>
      events.map((event) => ('reference' in event ? undefined : event.cause.traceparent)),
    ),
    bus: entries
      .filter((entry) => entry.worldId === worldId)
      .map(({ detail }) => JSON.parse(detail).cause.traceparent as string),
    tick: tick.traces,
  }
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

test('a request’s trace goes from its header through event and batch to the tick that took it up', async () => {
  await ingest('traced', { traceparent: `00-${traceId}-00f067aa0ba902b7-01` })
  const { log, batch, bus, tick } = await follow('traced')
  expect(log).toHaveLength(2)
  expect(new Set(log).size).toBe(1)
  // the same trace, in a span of the request’s own
  expect(log[0]).toMatch(new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`))
  expect(batch).toEqual(log)
  expect(bus).toEqual(log)
  expect(tick).toEqual([log[0]])
})

test('so does the trace of a request to a world that ticks already', async () => {
  const other = '0af7651916cd43dd8448eb211c80319c'
  await ingest('traced', { traceparent: `00-${other}-b7ad6b7169203331-00` }, [7, 8, 9])
  const { worldId, log } = await causesOf('traced')
  expect(log.at(-1)).toMatch(new RegExp(`^00-${other}-[0-9a-f]{16}-00$`))
  await relayWorld(relay, worldId)
  const { tick, toSeq } = await until('its tick', () =>
    ticks.find(({ traces }) => traces.includes(log.at(-1)!)),
  )
  expect(toSeq).toBe(3)
  const next = await until('the next tick', () =>
    ticks.find((batch) => batch.worldId === worldId && batch.tick === tick + 1),
  )
  expect(next.traces).toEqual([])
})

test('where AWS alone has named the request, its events carry X-Ray’s trace', async () => {
  await ingest('on-aws', {
    'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
  })
  const { log, tick } = await follow('on-aws')
  expect(log[0]).toMatch(/^00-5759e988bd862e3fe1be46a994272793-[0-9a-f]{16}-01$/)
  expect(tick).toEqual([log[0]])
})

test('a request that nobody has named begins a trace', async () => {
  await ingest('unnamed', {})
  const { log, tick } = await follow('unnamed')
  expect(log[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  expect(tick).toEqual([log[0]])
})
