import { afterAll, beforeAll, expect, it } from 'vitest'
import { serveShard } from '#ledger/engine'
import { placesInside } from '#ledger/place'
import { readCuts } from '#ledger/postgres/read-inputs'
import { layerNames, ledgerSettings } from '#ledger/settings'
import type { EntityTick } from '#ledger/tick-rows'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'

let ledger: LedgerHarness
beforeAll(async () => {
  ledger = await createLedgerHarness()
})
afterAll(() => ledger?.close())

const layers = [
  { name: 'atomic', cell: 0, commit: { windowTicks: 10 } },
  { name: 'planetary', cell: 3, commit: { windowTicks: 10 } },
  { name: 'solar', cell: 5, commit: { windowTicks: 20 } },
  { name: 'galactic', cell: 8, commit: { windowTicks: 20 } },
  { name: 'universal', cell: '*', commit: { windowTicks: 40 } },
]
const settings = ledgerSettings.parse({ layers, shardCell: 4, producer: 'external' })

/** Bodies that go along the x axis, across shards, also of negative coordinates. */
const ticksOf = (from: number, to: number, bodies = 20): EntityTick[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at).flatMap((tickId) =>
    Array.from({ length: bodies }, (_, body) => ({
      ...{
        entityId: `body ${body}`,
        tickId,
        x: body * 3.7 - 30 + tickId / 7,
        y: (body % 3) - 1,
        z: body % 2,
      },
      ...{ activity: 0.5 + (body % 4), jitter: 0 },
    })),
  )

const produceAll = async (worldId: string, size: number, last = 80): Promise<void> => {
  for (let from = 1; from <= last; from += size) {
    const to = Math.min(last, from + size - 1)
    await ledger.produce(worldId, settings, ticksOf(from, to), to)
    await ledger.serveAll()
  }
}

const sums = async (worldId: string) => {
  const { rows } = await ledger.pool.query(
    `SELECT e.layer, sum(e.count)::int AS count, sum(e.weight_sum)::text AS weight FROM commit_entries e
     WHERE world_id = $1 GROUP BY 1`,
    [worldId],
  )
  return new Map(rows.map(({ layer, ...rest }) => [layer, rest]))
}

const chains = async (worldId: string) => {
  const { rows } = await ledger.pool.query(
    `SELECT layer, shard, number, epoch_start, epoch_end, window_end, encode(hash, 'hex') AS hash FROM commits
     WHERE world_id = $1 ORDER BY layer, shard, number`,
    [worldId],
  )
  return rows
}

it('ticks go up through all layers, and each layer has the same sums', async () => {
  const worldId = await ledger.world('layers')
  await produceAll(worldId, 10)
  const found = await sums(worldId)
  expect([...found.keys()].sort()).toEqual([...layerNames].sort())
  const expected = { count: 79 * 20 + 20, weight: found.get('atomic')!.weight }
  // the window of ticks 80 to 89 is open
  for (const layer of layerNames) {
    const { count, weight } = found.get(layer)!
    expect({ layer, count }).toEqual({ layer, count: expected.count - 20 })
    expect(weight).toBe(found.get('universal')!.weight)
  }
})

it('each commit has its event in the world’s log, without gaps', async () => {
  const worldId = await ledger.world('events')
  await produceAll(worldId, 10)
  const { rows } = await ledger.pool.query(
    `SELECT seq, type, data->>'commitId' AS "commitId", cause->>'commitId' AS cause FROM world_events
     WHERE world_id = $1 ORDER BY seq`,
    [worldId],
  )
  const { rows: commits } = await ledger.pool.query('SELECT commit_id FROM commits WHERE world_id = $1', [
    worldId,
  ])
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, at) => at + 1))
  expect(new Set(rows.map(({ commitId }) => commitId))).toEqual(new Set(commits.map((one) => one.commit_id)))
  expect(rows.every(({ type, commitId, cause }) => type === 'commit.entries.v1' && commitId === cause)).toBe(
    true,
  )
  const { rows: world } = await ledger.pool.query('SELECT seq FROM worlds WHERE world_id = $1', [worldId])
  expect(world[0].seq).toBe(rows.length)
})

it('gamma is what the entries of all commits come to', async () => {
  const worldId = await ledger.world('gamma')
  await produceAll(worldId, 7)
  const { rows } = await ledger.pool.query(
    `SELECT g.layer, g.region FROM gamma_cells g
     FULL JOIN (
       SELECT world_id, layer, place, sum(count) AS count, sum(weight_sum) AS weight_sum, sum(activity_sum) AS activity_sum,
         sum(activity_squares) AS activity_squares
       FROM commit_entries WHERE world_id = $1 GROUP BY 1, 2, 3
     ) e USING (world_id, layer, place)
     WHERE world_id = $1 AND (g.count, g.weight_sum, g.activity_sum, g.activity_squares)
       IS DISTINCT FROM (e.count, e.weight_sum, e.activity_sum, e.activity_squares)`,
    [worldId],
  )
  expect(rows).toEqual([])
  const { first, end } = placesInside('8:0:0:0')
  const { rows: inside } = await ledger.pool.query(
    `SELECT region FROM gamma_cells WHERE world_id = $1 AND layer = 'planetary' AND place >= $2 AND place < $3`,
    [worldId, first, end],
  )
  expect(inside.length).toBeGreaterThan(3)
  expect(
    inside.every(
      ({ region }) =>
        !region
          .split(':')
          .slice(1)
          .some((part: string) => part.startsWith('-')),
    ),
  ).toBe(true)
})

it('segments of any size, and engines that forget or spill, make the same chains', async () => {
  const [ten, one, all] = [
    await ledger.world('by-ten'),
    await ledger.world('by-one'),
    await ledger.world('at-once'),
  ]
  await produceAll(ten, 10, 40)
  for (let tick = 1; tick <= 40; tick++) {
    await ledger.produce(one, settings, ticksOf(tick, tick), tick)
    // nothing in memory, each span in the store, and few inputs at a time
    if (tick % 3 === 0) await ledger.serveAll(ledger.engine({ spillEveryInputs: 1, inputsAtOnce: 2 }, 0))
  }
  await ledger.serveAll(ledger.engine({ entriesAtOnce: 1 }))
  await ledger.produce(all, settings, ticksOf(1, 40), 40)
  await ledger.serveAll(ledger.engine({ commitsAtOnce: 3 }))
  const withoutIds = async (worldId: string) =>
    (await chains(worldId)).map(({ layer, shard, number, epoch_start, epoch_end }) => ({
      ...{ layer, shard, number, epoch_start, epoch_end },
    }))
  expect(await withoutIds(one)).toEqual(await withoutIds(ten))
  expect(await withoutIds(all)).toEqual(await withoutIds(ten))
  expect((await sums(one)).get('atomic')).toEqual((await sums(ten)).get('atomic'))
})

it('a manifest for each window, over the heads of its chains', async () => {
  const worldId = await ledger.world('manifests')
  await produceAll(worldId, 10)
  const { rows } = await ledger.pool.query(
    `SELECT layer, manifest, epoch_start, epoch_end, commits FROM manifests WHERE world_id = $1 ORDER BY layer, manifest`,
    [worldId],
  )
  const atomic = rows.filter(({ layer }) => layer === 'atomic')
  expect(atomic.map(({ epoch_end }) => epoch_end)).toEqual([9, 19, 29, 39, 49, 59, 69, 79])
  expect(rows.filter(({ layer }) => layer === 'universal').map(({ epoch_end }) => epoch_end)).toEqual([
    39, 79,
  ])
  const { rows: commits } = await ledger.pool.query(
    `SELECT count(*)::int AS commits FROM commits WHERE world_id = $1 AND layer = 'atomic'`,
    [worldId],
  )
  expect(atomic.reduce((sum, one) => sum + one.commits, 0)).toBe(commits[0].commits)
})

it('a layer that is added later takes what was committed before', async () => {
  const worldId = await ledger.world('added')
  const fewer = ledgerSettings.parse({ ...settings, layers: layers.slice(0, 1) })
  for (let from = 1; from <= 40; from += 10)
    await ledger.produce(worldId, fewer, ticksOf(from, from + 9), from + 9)
  await ledger.serveAll()
  expect([...(await sums(worldId)).keys()]).toEqual(['atomic'])
  const more = ledgerSettings.parse({ ...settings, layers: layers.slice(0, 3) })
  for (let from = 41; from <= 80; from += 10)
    await ledger.produce(worldId, more, ticksOf(from, from + 9), from + 9)
  await ledger.serveAll()
  const found = await sums(worldId)
  expect(found.get('planetary')).toEqual(found.get('atomic'))
  expect(found.get('solar')).toEqual(found.get('atomic'))
  expect(await readCuts(ledger.pool as never, worldId)).toHaveLength(2)
})

it('bells that come twice, late or for nothing change nothing', async () => {
  const worldId = await ledger.world('bells')
  await produceAll(worldId, 10)
  const before = await chains(worldId)
  for (const { layer, shard } of before.slice(0, 20))
    await serveShard(ledger.engine(), { worldId, tenantId: 'local', layer, shard })
  expect(await chains(worldId)).toEqual(before)
})

it('a late tick becomes a correction, and goes up', async () => {
  const worldId = await ledger.world('late')
  await produceAll(worldId, 10)
  await ledger.produce(worldId, settings, ticksOf(3, 3, 2), 80)
  await ledger.produce(worldId, settings, ticksOf(81, 120), 120)
  await ledger.serveAll()
  const { rows } = await ledger.pool.query(
    `SELECT layer, sum(count)::int AS count, min(late_from) AS "from", max(late_to) AS "to" FROM commit_entries
     WHERE world_id = $1 AND correction GROUP BY 1 ORDER BY 1`,
    [worldId],
  )
  expect(rows).toEqual([...layerNames].sort().map((layer) => ({ layer, count: 2, from: 3, to: 3 })))
  const found = await sums(worldId)
  expect(found.get('universal')).toEqual(found.get('atomic'))
})
