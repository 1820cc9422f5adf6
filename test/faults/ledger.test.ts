import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isHousekeepingBell } from '#ledger/archivist/housekeeping-bell'
import type { EngineContext } from '#ledger/engine'
import { startLedger } from '#ledger/run-local'
import { serveBells } from '#ledger/serve-bells'
import { ledgerSettings } from '#ledger/settings'
import { ringShards, type ShardWork } from '#ledger/shard-bell'
import { sweepLedger } from '#ledger/sweep'
import type { EntityTick } from '#ledger/tick-rows'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'
import { until } from '../support/until.ts'
import { withSteps } from './engine-steps.ts'
import { type KillPoint, type LedgerChild, startLedgerChild } from './ledger-child.ts'
import { readLedgerRows } from './ledger-state.ts'

let ledger: LedgerHarness
let undisturbed: LedgerHarness
let children: LedgerChild[]
let compileCacheDir: string
beforeEach(async () => {
  children = []
  compileCacheDir = await mkdtemp(join(tmpdir(), 'orrery-faults-'))
  ledger = await createLedgerHarness(undefined, 1)
  undisturbed = await createLedgerHarness()
})
afterEach(async () => {
  for (const child of children) child.kill()
  await Promise.all(children.map(({ exited }) => exited))
  await Promise.all([ledger?.close(), undisturbed?.close()])
  await rm(compileCacheDir, { recursive: true, force: true })
})

const kills = 100
/** Of engines at work at any time, on the same shards. */
const engines = 3
const ticksOfSegment = 7

// windows end within segments and between them
const settings = ledgerSettings.parse({
  ...{ producer: 'external', shardCell: 4 },
  layers: [
    { name: 'atomic', cell: 0, commit: { windowTicks: 10 } },
    { name: 'planetary', cell: 3, commit: { windowTicks: 10 } },
    { name: 'universal', cell: '*', commit: { windowTicks: 20 } },
  ],
})

interface Segment {
  worldId: string
  ticks: EntityTick[]
  watermark: number
}

const bodyAt = (body: number, tickId: number): EntityTick => ({
  ...{ entityId: `body ${body}`, tickId, x: body * 7.3 - 15, y: (body + tickId) % 3, z: body % 2 },
  ...{ activity: 0.5 + ((body + tickId) % 4), jitter: 0 },
})

/** Bodies in two shards that move about, one that rests now and then, a new one, and in every third segment one that comes late. */
const segmentOf = (worldId: string, index: number): Segment => {
  const first = index * ticksOfSegment + 1
  const ticks = Array.from({ length: ticksOfSegment }, (_, at) => first + at).flatMap((tick) =>
    [0, 1, 2, 3].filter((body) => body < 3 || index % 4 === 0).map((body) => bodyAt(body, tick)),
  )
  const late = index % 3 === 2 ? [bodyAt(4, first - 15)] : []
  // who was in no commit before has no pseudonym yet
  const newcomer = { ...bodyAt(1, first), entityId: `newcomer ${index}` }
  return { worldId, ticks: [...late, ...ticks, newcomer], watermark: first + ticksOfSegment - 1 }
}

const random = (below: number): number => Math.floor(Math.random() * below)

/** Every step that an engine takes, from a sweep to the acknowledgement of what that rang for. */
const rehearse = async (): Promise<string[]> => {
  const harness = await createLedgerHarness()
  try {
    const steps = new Set<string>()
    // nothing stays in memory: open spans go to the store, and come from there
    const engine = { ...harness.engine({}, 0), pool: harness.database.pool('orrery_background') }
    const context = withSteps(engine, (step) => steps.add(step))
    const worldId = await harness.world('rehearsal')
    for (let index = 0; index < 6; index++) {
      await produce(harness, segmentOf(worldId, index))
      await sweepLedger(context)
      await serveReceived(context)
    }
    return [...steps].sort()
  } finally {
    await harness.close()
  }
}

const serveReceived = async (context: EngineContext): Promise<void> => {
  for (;;) {
    const messages = await context.queue.receive({ waitSeconds: 0 })
    if (messages.length === 0) return
    // keeping house is no step of a commit, and is asked for every five minutes at most
    const bells = messages.filter(({ body }) => !isHousekeepingBell(body))
    expect(await serveBells(context, bells, 1)).toEqual([])
    await context.queue.acknowledge(messages)
  }
}

const produce = (harness: LedgerHarness, { worldId, ticks, watermark }: Segment): Promise<void> =>
  harness.produce(worldId, settings, ticks, watermark)

/** Until everything that the watermarks allow is committed, in all layers. */
const finish = async (harness: LedgerHarness): Promise<void> => {
  const engine = startLedger(harness.engine(), { waitSeconds: 1 })
  await until('a sweep finds nothing', async () => (await sweepLedger(harness.context)) === 0, 120_000)
  await engine.stop()
}

/** Bells that say nothing new, for any shard, in any order. */
const ringAtRandom = async (): Promise<void> => {
  const { rows } = await ledger.pool.query<ShardWork>(
    `SELECT world_id AS "worldId", tenant_id AS "tenantId", layer, shard FROM ledger_shards ORDER BY random() LIMIT 3`,
  )
  await ringShards(ledger.queue, rows, uuidv7())
}

/** Where engines die: before each step, and while it is under way; the others at any time. */
const killPoints = (steps: readonly string[]): (KillPoint | undefined)[] => {
  const points: (KillPoint | undefined)[] = steps.flatMap((step) => [{ step }, { step, afterMs: random(4) }])
  while (points.length < kills) points.push(undefined)
  return points
    .map((point) => ({ point, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ point }) => point)
}

it('engines killed at every step lose, double and halve nothing', { timeout: 300_000 }, async () => {
  const steps = await rehearse()
  const points = killPoints(steps)
  const worldIds = await Promise.all(['a', 'b', 'c', 'd'].map((name) => ledger.world(name)))
  const segments: Segment[] = []
  let producing = Promise.resolve()
  /** One segment after the other, of one world after the other. */
  const produceNext = (): Promise<void> => {
    const segment = segmentOf(worldIds[segments.length % 4]!, segments.length >> 2)
    segments.push(segment)
    producing = producing.then(() => produce(ledger, segment)).then(ringAtRandom)
    return producing
  }

  const killed: string[] = []
  const killOne = async (killAt: KillPoint | undefined): Promise<void> => {
    const child = await startLedgerChild({
      ...{ databaseUrl: ledger.database.url('orrery_background'), endpoint: ledger.endpoint },
      ...{ queueUrl: ledger.queueUrl, objectsDir: ledger.objectsDir, killAt, compileCacheDir },
      // some remember what they have added up, and others do not
      openSpansBytes: random(2) * 2 ** 24,
      options: { leaseMs: 400, spillEveryInputs: 1, inputsAtOnce: 1 + random(4) },
    })
    children.push(child)
    await produceNext()
    if (killAt === undefined) {
      await sleep(random(300))
      child.kill()
    }
    for (let more = 0; !(await endsWithin(child, 1_000)); more++) {
      if (more > 20) throw new Error(`no engine came to ${killAt!.step}: ${child.errors.join('\n')}`)
      await produceNext()
    }
    expect([await child.exited, child.killedAt()]).toEqual(['SIGKILL', killAt?.step])
    killed.push(child.killedAt() ?? 'at any time')
  }
  const lane = async (): Promise<void> => {
    while (points.length > 0) await killOne(points.pop())
  }
  await Promise.all(Array.from({ length: engines }, lane))
  await finish(ledger)

  for (const worldId of worldIds) await undisturbed.world(worldId, {}, worldId)
  for (const segment of segments) await produce(undisturbed, segment)
  await finish(undisturbed)
  const [rows, expected] = [await readLedgerRows(ledger.pool), await readLedgerRows(undisturbed.pool)]
  for (const [table, found] of Object.entries(rows)) expect(found, table).toEqual(expected[table])
  expect(killed.length).toBeGreaterThanOrEqual(kills)
  expect(new Set(killed)).toEqual(new Set([...steps, 'at any time']))
})

const endsWithin = (child: LedgerChild, ms: number): Promise<boolean> =>
  Promise.race([child.exited.then(() => true), sleep(ms, false)])
