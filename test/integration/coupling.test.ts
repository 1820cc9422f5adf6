import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { commitPlugins } from '#ledger/commit-plugins'
import { type EngineContext, serveShard } from '#ledger/engine'
import { createOpenSpans } from '#ledger/open-spans'
import { toQuanta } from '#ledger/quanta'
import { parseShardWork } from '#ledger/shard-bell'
import { decodeCheckpoint } from '#physics/checkpoint'
import { listCheckpoints } from '#physics/checkpoint-store'
import { replayTicks } from '#physics/replay-ticks'
import { stateHash } from '#physics/state-hash'
import type { LoggedTick } from '#physics/tick-log'
import { drive } from '#platform/arrays/drive'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { createPool } from '#platform/postgres/pool'
import { noMetrics } from '#platform/telemetry/metrics'
import { readEvents } from '#relay/read-events'
import type { WorldEvent } from '#world/event'
import type { DoorbellRinger } from '#world/write'
import { createWorldWriter, writerPoolOptions } from '#world/writer'
import { createPhysicsHarness, type PhysicsHarness, put } from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
let serving: { stop(): Promise<void> } | undefined

beforeEach(async () => {
  physics = await createPhysicsHarness()
})
afterEach(async () => {
  await serving?.stop()
  serving = undefined
  await physics?.close()
})

/** An engine that serves the bells of the physics, and sends what it makes to the physics, as the relay does. */
const serveBells = (): { stop(): Promise<void> } => {
  const appPool = createPool({
    ...{
      ...writerPoolOptions,
      connectionString: physics.database.url('orrery_app'),
      applicationName: 'test',
    },
  })
  const sent = new Map<string, number>()
  let sending = Promise.resolve()
  const doorbell: DoorbellRinger = {
    beforeCommit: async () => {},
    afterCommit: (worldId, seq) => {
      sending = sending.then(async () => {
        const from = (sent.get(worldId) ?? 0) + 1
        if (from <= seq) await physics.deliver(worldId, from, seq)
        sent.set(worldId, Math.max(seq, from - 1))
      })
    },
  }
  const common = { doorbell, now: () => new Date(), newId: uuidv7 }
  const context: EngineContext = {
    ...{ ...common, pool: physics.database.pool('orrery_background', 4), queue: physics.ledger },
    ...{ objects: filesystemObjectStore(physics.objectsDir), openSpans: createOpenSpans(2 ** 26) },
    ...{ metrics: noMetrics, log: () => {} },
    acting: { writer: createWorldWriter({ ...common, pool: appPool }), plugins: commitPlugins },
  }
  const stopping = new AbortController()
  const serve = async (): Promise<void> => {
    while (!stopping.signal.aborted)
      for (const message of await physics.ledger.receive({ waitSeconds: 1, signal: stopping.signal })) {
        const work = parseShardWork(message.body)
        if (work !== undefined) await serveShard(context, work)
        await physics.ledger.acknowledge([message])
      }
  }
  const served = serve().catch((error) => {
    if (!stopping.signal.aborted) throw error
  })
  return {
    stop: async () => {
      stopping.abort()
      await served
      await sending
      await appPool.end()
    },
  }
}

const activities = async (worldId: string): Promise<Record<string, number>> => {
  const { rows } = await physics.pool.query<{ entity_id: string; activity: number }>(
    'SELECT entity_id, activity FROM entities WHERE world_id = $1 ORDER BY entity_id',
    [worldId],
  )
  return Object.fromEntries(rows.map(({ entity_id, activity }) => [entity_id, activity]))
}

const totalQuanta = (of: Record<string, number>): number =>
  Object.values(of).reduce((sum, activity) => sum + toQuanta(activity), 0)

const logOf = async (worldId: string): Promise<WorldEvent[]> => {
  const events: WorldEvent[] = []
  for (;;) {
    const more = await readEvents(physics.pool, worldId, events.length, 1_000)
    if (more.length === 0) return events
    events.push(...more)
  }
}

it('ticks become commits, bodies act on them, and neighbours even out: bit by bit the same again', {
  timeout: 120_000,
}, async () => {
  serving = serveBells()
  const service = await physics.start({
    ...{
      ledgerQueueUrl: physics.ledgerQueueUrl,
      tickHashShare: 1,
      checkpointsKept: Number.POSITIVE_INFINITY,
    },
    checkpointEveryMs: 500,
  })
  const bodies = { hot: 8, warm: 4, cool: 0.1 }
  const { worldId } = await physics.send('w', [
    {
      kind: 'change-settings',
      settings: {
        physics: { gravity: 0, gammaCoupling: 0.001, ticksPerSecond: 50, dtSeconds: 0.02 },
        ledger: {
          layers: [
            { name: 'atomic', cell: 0, commit: { windowTicks: 10 } },
            { name: 'planetary', cell: 6, commit: { windowTicks: 20 } },
          ],
          thermalDiffusion: 0.1,
        },
      },
    },
    ...Object.entries(bodies).map(([id, activity], index) =>
      put(id, [2.5 - index + 0.001, 0.5, 0.5], { activity }),
    ),
  ])
  // everything is in the middle of its cell and nothing else moves it: the cool one is drawn to the warm one
  await until('gamma acts', async () => ((await physics.positions(worldId)).cool?.[0] ?? 0) > 0.502, 60_000)
  await until('neighbours even out', async () => (await activities(worldId)).hot! < 6, 60_000)
  const head = (await logOf(worldId)).length
  await until('the physics has taken it up', async () => (await physics.status(worldId))!.seq >= head, 60_000)
  await service.stop()
  await serving.stop()
  serving = undefined

  expect(totalQuanta(await activities(worldId))).toBe(totalQuanta(bodies))
  const events = await logOf(worldId)
  const commits = events.filter(({ type }) => type === 'commit.entries.v1')
  expect(commits.length).toBeGreaterThan(3)
  const windows = events.flatMap(({ cause }) => cause.manifest ?? [])
  expect(windows.length).toBeGreaterThan(3)
  expect(windows).toEqual(windows.toSorted((a, b) => a - b))

  const objects = filesystemObjectStore(physics.objectsDir)
  const [first] = await listCheckpoints(objects, worldId)
  const replayed = await decodeCheckpoint((await objects.get(first!.key))!)
  const onTick = async ({ tick, stateHash: recorded }: LoggedTick): Promise<void> => {
    const { bodies, seq, gamma } = replayed
    expect([tick, await drive(stateHash(bodies, tick, seq, gamma))]).toEqual([tick, recorded])
  }
  await replayTicks({ pool: physics.pool, objects }, replayed, { onTick })
  expect(replayed.gamma!.count).toBeGreaterThanOrEqual(3)
})
