import { expect, test } from 'vitest'
import { memoryTickStore } from './memory.ts'

const everything = { fromTick: 0, toTick: 1_000_000 }
const timestamp = '2026-11-26T00:00:00.000Z'

const kilobyte = (tick: number) => ({
  ...{ tick, firstTick: tick, afterSeq: 0, seq: 0, timestamp },
  slices: [{ region: '6:0:0:0', data: new Uint8Array(1_000) }],
})

const open = (maxBytes: number) => {
  const clock = { nowMs: 1_795_000_000_000 }
  const store = memoryTickStore({ maxBytes, ttlSeconds: 600, now: () => new Date(clock.nowMs) })
  const put = (worldId: string, tick: number) =>
    store.put({ worldId, token: 1 }, [kilobyte(tick)], { tick, seq: 0, timestamp })
  const held = async (worldId: string) =>
    (await store.read(worldId, everything, '*', 1_000)).map(({ tick }) => tick)
  return { store, clock, put, held }
}

test('the oldest ticks of the largest world go first, and the others keep theirs', async () => {
  // a tick with one slice of 1,000 bytes is some 1,760
  const { store, put, held } = open(10 * 1_800)
  for (let tick = 1; tick <= 3; tick++) await put('quiet', tick)
  for (let tick = 1; tick <= 50; tick++) await put('busy', tick)
  expect(await held('quiet')).toEqual([1, 2, 3])
  expect(await held('busy')).toEqual([44, 45, 46, 47, 48, 49, 50])
  expect(await store.latest('busy')).toMatchObject({ tick: 50, oldestTick: 44 })
  // the largest is whichever is so now
  for (let tick = 4; tick <= 5; tick++) await put('quiet', tick)
  expect([await held('quiet'), await held('busy')]).toEqual([
    [1, 2, 3, 4, 5],
    [46, 47, 48, 49, 50],
  ])
})

test('a tick that is larger than all the room is not held, and the world moves on', async () => {
  const { store, put, held } = open(1_000)
  await put('world', 1)
  expect(await held('world')).toEqual([])
  expect(await store.latest('world')).toMatchObject({ tick: 1, oldestTick: null })
})

test('what has expired leaves its room to others, be it that its world is not asked for', async () => {
  const { clock, put, held } = open(10 * 1_800)
  for (let tick = 1; tick <= 9; tick++) await put('gone', tick)
  clock.nowMs += 600_000
  for (let tick = 1; tick <= 10; tick++) await put('new', tick)
  expect(await held('new')).toHaveLength(10)
})
