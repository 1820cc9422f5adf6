import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ringHousekeeping } from '#ledger/archivist/housekeeping-bell'
import { serveBells } from '#ledger/serve-bells'
import { ledgerSettings } from '#ledger/settings'
import { sweepLedger } from '#ledger/sweep'
import { ringSweep } from '#ledger/sweep-bell'
import type { EntityTick } from '#ledger/tick-rows'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'

let ledger: LedgerHarness
beforeAll(async () => {
  ledger = await createLedgerHarness()
})
afterAll(() => ledger?.close())

const settings = ledgerSettings.parse({
  producer: 'external',
  layers: [
    { name: 'atomic', cell: 0, commit: { windowTicks: 10 } },
    { name: 'universal', cell: '*', commit: { windowTicks: 10 } },
  ],
})

const ticksOf = (from: number, to: number, x = 0.5): EntityTick[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({
    ...{ entityId: `body ${x}`, tickId: from + at, x, y: 0.5, z: 0.5 },
    ...{ activity: 1, jitter: 0 },
  }))

/** In shards beside each other. */
const [here, there, beyond] = [0.5, 5_000, -5_000]

/** What waits in the queue, gone as if the queue had forgotten it. */
const forgetBells = async (): Promise<number> => {
  let forgotten = 0
  for (;;) {
    const messages = await ledger.queue.receive({ waitSeconds: 0 })
    if (messages.length === 0) return forgotten
    await ledger.queue.acknowledge(messages)
    forgotten += messages.length
  }
}

/** Every bell that was received to be served. */
const bells: string[] = []

const serveReceived = async (context = ledger.context): Promise<{ served: number; kept: number }> => {
  const messages = await ledger.queue.receive({ waitSeconds: 0 })
  bells.push(...messages.map(({ body }) => body))
  const kept = await serveBells(context, messages, 4)
  await ledger.queue.acknowledge(messages.filter((message) => !kept.includes(message)))
  return { served: messages.length - kept.length, kept: kept.length }
}

const serveAll = async (): Promise<void> => {
  while ((await serveReceived()).served > 0);
}

const commits = async (worldId: string): Promise<Record<string, number>> => {
  const { rows } = await ledger.pool.query<{ layer: string; count: number }>(
    'SELECT layer, count(*)::int AS count FROM commits WHERE world_id = $1 GROUP BY 1',
    [worldId],
  )
  return Object.fromEntries(rows.map(({ layer, count }) => [layer, count]))
}

it('a sweep finds what lost bells left undone, in every layer, and nothing more', async () => {
  const worldId = await ledger.world('lost')
  await ledger.produce(worldId, settings, ticksOf(1, 25), 25)
  expect(await forgetBells()).toBeGreaterThan(0)
  expect(await commits(worldId)).toEqual({})
  expect(await sweepLedger(ledger.context)).toBe(1)
  await serveAll()
  expect(await commits(worldId)).toEqual({ atomic: 2, universal: 2 })
  expect(await sweepLedger(ledger.context)).toBe(0)
})

it('a sweep goes on above a layer whose bells were lost after its commits', async () => {
  const worldId = await ledger.world('above')
  await ledger.produce(worldId, settings, ticksOf(1, 25), 25)
  expect(await serveReceived()).toEqual({ served: 1, kept: 0 })
  expect(await forgetBells()).toBeGreaterThan(0)
  expect((await commits(worldId)).universal).toBeUndefined()
  expect(await sweepLedger(ledger.context)).toBeGreaterThan(0)
  await serveAll()
  expect((await commits(worldId)).universal).toBe(2)
})

it('whoever serves the queue sweeps when it is asked to', async () => {
  const worldId = await ledger.world('asked')
  await ledger.produce(worldId, settings, ticksOf(1, 10), 10)
  await forgetBells()
  await ringSweep(ledger.queue)
  await serveAll()
  expect(await commits(worldId)).toEqual({ atomic: 1, universal: 1 })
})

it('each shard has one bell for each of its inputs, and no more', async () => {
  const worldId = await ledger.world('one each')
  for (let from = 1; from <= 36; from += 7) {
    const ticks = [here, there, beyond].flatMap((x) => ticksOf(from, from + 6, x))
    await ledger.produce(worldId, settings, ticks, from + 6)
    await serveAll()
  }
  const { rows } = await ledger.pool.query(
    'SELECT count(*)::int AS inputs FROM ledger_inputs WHERE world_id = $1',
    [worldId],
  )
  expect(bells.filter((body) => body.includes(worldId))).toHaveLength(rows[0].inputs)
  expect(await commits(worldId)).toEqual({ atomic: 12, universal: 4 })
})

it('whoever serves the queue keeps house when it is asked to: jobs, archive, ticks that are kept no longer', async () => {
  const atomic = { ...settings.layers[0]!, archive: { afterTicks: 10, quietAfterTicks: null, quietBelow: 0 } }
  const kept = { ...settings, ticksKept: 20, layers: [atomic, settings.layers[1]!] }
  const worldId = await ledger.world('house')
  for (let tick = 0; tick < 50; tick += 10)
    await ledger.produce(worldId, kept, ticksOf(tick, tick + 9), tick + 9)
  await serveAll()
  await ringHousekeeping(ledger.queue, 'now')
  await serveAll()
  const { rows } = await ledger.pool.query(
    `SELECT (SELECT count(*)::int FROM commits WHERE world_id = $1 AND archive_id IS NOT NULL) AS archived,
       (SELECT count(*)::int FROM tick_segments WHERE world_id = $1) AS segments`,
    [worldId],
  )
  // commits that end before tick 49 - 10, since the first is older than twice that, and segments up to 49 - 20
  expect(rows).toEqual([{ archived: 3, segments: 2 }])
})

it('what is no bell is dropped and said', async () => {
  const lines: string[] = []
  const send = (body: string) =>
    ledger.queue.send({ body, groupId: randomUUID(), deduplicationId: randomUUID() })
  await send('not a bell')
  await send('{"worldId":"w"}')
  expect(await serveReceived({ ...ledger.context, log: (line) => lines.push(line) })).toEqual({
    ...{ served: 2, kept: 0 },
  })
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain('is no bell')
})

it('a failure keeps all bells of its shard and no others, and what it kept is done later', async () => {
  const [failing, other] = [await ledger.world('failing'), await ledger.world('other')]
  for (const worldId of [failing, other]) await ledger.produce(worldId, settings, ticksOf(1, 10), 10)
  await ledger.produce(failing, settings, ticksOf(11, 20), 20)
  const objects = {
    ...ledger.objects,
    get: async (key: string, range?: { start: number; length: number }) => {
      if (key.includes(failing)) throw new Error('the store is away')
      return ledger.objects.get(key, range)
    },
  }
  const engine = { ...ledger.engine(), objects }
  const messages = await ledger.queue.receive({ waitSeconds: 0 })
  const kept = await serveBells(engine, messages, 4)
  const isFailing = ({ body }: { body: string }) => body.includes(failing)
  expect(kept).toEqual(messages.filter(isFailing))
  expect(kept.length).toBeGreaterThan(0)
  expect((await commits(other)).atomic).toBe(1)
  expect(await commits(failing)).toEqual({})
  await serveBells(ledger.context, kept, 4)
  expect((await commits(failing)).atomic).toBe(2)
})

it('a shard that another engine works on is left to it, and its bell comes again', async () => {
  const worldId = await ledger.world('busy')
  await ledger.produce(worldId, settings, ticksOf(1, 10), 10)
  await ledger.pool.query(
    `UPDATE ledger_shards SET holder = 'other', held_until = now() + interval '1 hour' WHERE world_id = $1`,
    [worldId],
  )
  const lines: string[] = []
  const context = { ...ledger.context, log: (line: string) => lines.push(line) }
  const messages = (await ledger.queue.receive({ waitSeconds: 0 })).filter(({ body }) =>
    body.includes(worldId),
  )
  expect(await serveBells(context, messages, 4)).toEqual(messages)
  expect(lines).toEqual([])
})

it('a shard whose window ends without it is rung for by the others', async () => {
  const worldId = await ledger.world('left')
  await ledger.produce(worldId, settings, [...ticksOf(1, 5, here), ...ticksOf(1, 5, there)], 5)
  await serveAll()
  await ledger.produce(worldId, settings, ticksOf(6, 10, here), 10)
  await serveAll()
  expect(await commits(worldId)).toEqual({ atomic: 2, universal: 1 })
})

it('a shard whose bell was lost is rung for after the next segment of the others', async () => {
  const worldId = await ledger.world('unheard')
  await ledger.produce(worldId, settings, [...ticksOf(1, 10, here), ...ticksOf(1, 10, there)], 10)
  await forgetBells()
  await ledger.produce(worldId, settings, ticksOf(11, 12, here), 12)
  await serveAll()
  expect(await commits(worldId)).toEqual({ atomic: 2, universal: 1 })
})

it('a late tick that waits for its correction holds no window back that is over', async () => {
  const worldId = await ledger.world('behind')
  await ledger.produce(worldId, settings, ticksOf(1, 15, here), 15)
  await ledger.produce(worldId, settings, ticksOf(16, 25, here), 25)
  await ledger.produce(worldId, settings, ticksOf(3, 3, there), 25)
  await serveAll()
  const { rows } = await ledger.pool.query(
    `SELECT epoch_end AS "end", commits FROM manifests WHERE world_id = $1 AND layer = 'atomic' ORDER BY 1`,
    [worldId],
  )
  expect(rows).toEqual([9, 19].map((end) => ({ end, commits: 1 })))
})
