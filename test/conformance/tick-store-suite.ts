import { createHash, randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { StoredTick, TickStore, TickStoreOptions } from '#sync/tick-store'
import { propertyOfTickStore } from './tick-store-property.ts'
import { latestOf, newWorld, plain, regionOf, startMs, textSlice, tickOf, ttlMs } from './tick-store-ticks.ts'

export interface TickStoreTraits {
  /** Two stores that are open at once, as in two processes, hold the same; default true. */
  isShared?: boolean
  /** Of random histories. */
  numRuns: number
}

const everything = { fromTick: 0, toTick: Number.MAX_SAFE_INTEGER }

/** What every adapter of TickStore does; `open` answers one on what this suite alone uses. */
export const describeTickStore = (
  name: string,
  open: (options: TickStoreOptions) => Promise<TickStore>,
  { isShared = true, numRuns }: TickStoreTraits,
): void => {
  describe(`tick store: ${name}`, () => {
    /** Two processes, where the store has several, and the clock of both. */
    const withStores = async (
      work: (store: TickStore, other: TickStore, clock: { nowMs: number }) => Promise<void>,
    ): Promise<void> => {
      const clock = { nowMs: startMs }
      const options = { ttlSeconds: ttlMs / 1_000, now: () => new Date(clock.nowMs) }
      const store = await open(options)
      const other = isShared ? await open(options) : store
      try {
        await work(store, other, clock)
      } finally {
        await Promise.all([store.close(), other.close()])
      }
    }

    const readAll = async (store: TickStore, worldId: string) =>
      plain(await store.read(worldId, everything, '*', 1_000))

    it('knows nothing of a world at first', () =>
      withStores(async (store) => {
        expect(await store.latest(newWorld())).toBeUndefined()
        expect(await store.read(newWorld(), everything, '*', 10)).toEqual([])
        expect(await store.read(newWorld(), everything, ['6:0:0:0'], 10)).toEqual([])
      }))

    it('answers what was put, to another process too', () =>
      withStores(async (store, other) => {
        const fence = { worldId: newWorld(), token: 3 }
        const ticks = [
          tickOf(4, ['6:0:0:0', '6:-1:2:-3']),
          tickOf(9, ['6:0:0:0'], { firstTick: 6, afterSeq: 7 }),
        ]
        await store.put(fence, ticks, latestOf(12))
        for (const each of [store, other]) {
          expect(await readAll(each, fence.worldId)).toEqual(plain(ticks))
          expect(await each.latest(fence.worldId)).toEqual({ ...latestOf(12), oldestTick: 4, full: null })
        }
      }))

    it('begins with tick 0, and holds a tick of nothing and of empty data', () =>
      withStores(async (store) => {
        const fence = { worldId: newWorld(), token: 1 }
        const ticks = [
          tickOf(0, []),
          tickOf(1, [], { slices: [textSlice('6:0:0:0', '')] }),
          // beyond what anything else would hold in one place
          tickOf(2, [], { slices: [textSlice('6:0:0:0', ''), textSlice('6:1:0:0', 'x'.repeat(5_000))] }),
        ]
        await store.put(fence, ticks, latestOf(2))
        expect(await readAll(store, fence.worldId)).toEqual(plain(ticks))
        expect(
          plain(await store.read(fence.worldId, everything, ['6:0:0:0'], 10)).map((t) => t.slices),
        ).toEqual([[], [['6:0:0:0', '']], [['6:0:0:0', '']]])
      }))

    it('answers ranges, in order, and no more than the limit', () =>
      withStores(async (store) => {
        const fence = { worldId: newWorld(), token: 1 }
        // over several buckets of whoever has them, and up to the largest numbers
        const numbers = [1, 2, 998, 999, 1_000, 1_001, 2_500, 7_000, 2 ** 52, Number.MAX_SAFE_INTEGER - 1]
        for (const tick of numbers)
          await store.put(fence, [tickOf(tick, [regionOf(tick % 3), regionOf(7)])], latestOf(tick))
        const read = async (fromTick: number, toTick: number, limit: number) =>
          (await store.read(fence.worldId, { fromTick, toTick }, [regionOf(7)], limit)).map(
            ({ tick, slices }) => {
              expect(plain([{ ...tickOf(tick, []), slices }])).toEqual(plain([tickOf(tick, [regionOf(7)])]))
              return tick
            },
          )
        expect(await read(0, Number.MAX_SAFE_INTEGER, 100)).toEqual(numbers)
        expect(await read(0, Number.MAX_SAFE_INTEGER, 4)).toEqual(numbers.slice(0, 4))
        expect(await read(2, 1_000, 100)).toEqual([2, 998, 999, 1_000])
        expect(await read(999, 999, 100)).toEqual([999])
        expect(await read(3, 997, 100)).toEqual([])
        expect(await read(1_001, 1_000, 100)).toEqual([])
        expect(await read(1_002, 2 ** 52, 2)).toEqual([2_500, 7_000])
        expect(await read(0, 10, 0)).toEqual([])
      }))

    it('answers the slices of the regions that were asked for, and ticks that have none of them', () =>
      withStores(async (store) => {
        const fence = { worldId: newWorld(), token: 1 }
        const many = Array.from({ length: 90 }, (_, index) => regionOf(index))
        const ticks = [
          tickOf(1, ['6:9:9:9']),
          tickOf(2, many),
          tickOf(3, [regionOf(5)]),
          tickOf(4, many.slice(40)),
        ]
        await store.put(fence, ticks, latestOf(4))
        const wanted: string[][] = [
          [],
          [regionOf(5)],
          ['6:9:9:9', regionOf(89), 'none'],
          many,
          [...many, ...many],
        ]
        for (const regions of wanted)
          expect(plain(await store.read(fence.worldId, everything, regions, 10))).toEqual(
            plain(
              ticks.map((tick) => ({
                ...tick,
                slices: tick.slices.filter(({ region }) => regions.includes(region)),
              })),
            ),
          )
      }))

    it('leaves a tick as it is that is put again, and takes what is new beside it', () =>
      withStores(async (store, other) => {
        const fence = { worldId: newWorld(), token: 1 }
        const first = [tickOf(1, ['6:0:0:0']), tickOf(2, ['6:0:0:0', '6:1:0:0'])]
        await store.put(fence, first, latestOf(2))
        const again = [
          tickOf(1, [], { slices: [textSlice('6:0:0:0', 'other')] }),
          tickOf(2, ['6:5:5:5']),
          tickOf(3, ['6:2:0:0']),
        ]
        await other.put(fence, again, latestOf(3))
        await store.put(fence, first, latestOf(2))
        expect(await readAll(store, fence.worldId)).toEqual(plain([...first, again[2]!]))
        expect(await store.latest(fence.worldId)).toEqual({ ...latestOf(3), oldestTick: 1, full: null })
      }))

    it('moves on without a tick: latest is ahead of what is stored', () =>
      withStores(async (store) => {
        const fence = { worldId: newWorld(), token: 1 }
        await store.put(fence, [], latestOf(7))
        expect(await store.latest(fence.worldId)).toEqual({ ...latestOf(7), oldestTick: null, full: null })
        await store.put(fence, [tickOf(8, ['6:0:0:0'])], latestOf(8))
        await store.put(fence, [], latestOf(20))
        expect(await store.latest(fence.worldId)).toEqual({ ...latestOf(20), oldestTick: 8, full: null })
        expect((await readAll(store, fence.worldId)).map(({ tick }) => tick)).toEqual([8])
      }))

    it('knows where the last full state is', () =>
      withStores(async (store, other) => {
        const fence = { worldId: newWorld(), token: 1 }
        await store.put(fence, [tickOf(100, ['6:0:0:0'])], latestOf(100))
        for (const tick of [100, 200]) {
          await other.putFull(fence, { tick, seq: tick + 1_000, key: `full/é/${tick}` })
          await store.put(fence, [tickOf(tick + 1, ['6:0:0:0'])], latestOf(tick + 1))
          expect((await store.latest(fence.worldId))?.full).toEqual({
            ...{ tick, seq: tick + 1_000, key: `full/é/${tick}` },
          })
        }
      }))

    it('refuses a token that is behind, and nothing has changed', () =>
      withStores(async (store, other) => {
        const worldId = newWorld()
        await store.put({ worldId, token: 4 }, [tickOf(1, ['6:0:0:0'])], latestOf(1))
        await other.put({ worldId, token: 5 }, [tickOf(2, ['6:0:0:0'])], latestOf(2))
        const before = [await readAll(store, worldId), await store.latest(worldId)]
        const stale = { worldId, token: 4 }
        const lost = { code: 'tick-fence-lost' }
        const many = tickOf(
          3,
          Array.from({ length: 60 }, (_, index) => regionOf(index)),
        )
        await expect(store.put(stale, [many], latestOf(3))).rejects.toMatchObject(lost)
        await expect(store.put(stale, [], latestOf(9))).rejects.toMatchObject(lost)
        await expect(store.putFull(stale, { tick: 2, seq: 2, key: 'k' })).rejects.toMatchObject(lost)
        // another process that has not seen it either
        await expect(other.put(stale, [tickOf(3, ['6:7:7:7'])], latestOf(3))).rejects.toMatchObject(lost)
        for (const each of [store, other])
          expect([await readAll(each, worldId), await each.latest(worldId)]).toEqual(before)
        // what the stale one left does not stand in the way, nor beside
        await other.put({ worldId, token: 5 }, [tickOf(3, ['6:1:1:1'])], latestOf(3))
        expect((await readAll(store, worldId)).slice(2)).toEqual(plain([tickOf(3, ['6:1:1:1'])]))
      }))

    it('takes the token of a full state, and a world is no other’s', () =>
      withStores(async (store) => {
        const [one, two] = [newWorld(), newWorld()]
        await store.putFull({ worldId: one, token: 9 }, { tick: 0, seq: 0, key: 'k' })
        expect(await store.latest(one)).toBeUndefined()
        await expect(store.put({ worldId: one, token: 8 }, [], latestOf(1))).rejects.toMatchObject({
          code: 'tick-fence-lost',
        })
        await store.put({ worldId: two, token: 1 }, [tickOf(1, ['6:0:0:0'])], latestOf(1))
        expect(await store.latest(one)).toBeUndefined()
        await store.put({ worldId: one, token: 9 }, [], latestOf(1))
        expect((await store.latest(one))?.full).toEqual({ tick: 0, seq: 0, key: 'k' })
      }))

    it('forgets ticks after their time, and the world with the last of them', () =>
      withStores(async (store, other, clock) => {
        const fence = { worldId: newWorld(), token: 6 }
        const large = Array.from({ length: 30 }, (_, index) => regionOf(index))
        await store.putFull(fence, { tick: 0, seq: 0, key: 'k' })
        await store.put(fence, [tickOf(1, large), tickOf(2, ['6:0:0:0'])], latestOf(2))
        clock.nowMs += 300_000
        await store.put(fence, [tickOf(3, large)], latestOf(3))
        clock.nowMs = startMs + ttlMs - 1
        expect((await other.latest(fence.worldId))?.oldestTick).toBe(1)
        expect((await readAll(other, fence.worldId)).map(({ tick }) => tick)).toEqual([1, 2, 3])
        clock.nowMs += 1
        for (const each of [store, other]) {
          expect(await each.latest(fence.worldId)).toMatchObject({
            tick: 3,
            oldestTick: 3,
            full: { key: 'k' },
          })
          expect(await readAll(each, fence.worldId)).toEqual(plain([tickOf(3, large)]))
          expect(await each.read(fence.worldId, { fromTick: 1, toTick: 2 }, large, 10)).toEqual([])
        }
        clock.nowMs = startMs + 300_000 + ttlMs
        for (const each of [store, other]) {
          expect(await each.latest(fence.worldId)).toBeUndefined()
          expect(await readAll(each, fence.worldId)).toEqual([])
        }
      }))

    it('remembers the token of a world that it has forgotten, and nothing else', () =>
      withStores(async (store, other, clock) => {
        const worldId = newWorld()
        await store.put({ worldId, token: 6 }, [tickOf(50, ['6:0:0:0'])], latestOf(50))
        await store.putFull({ worldId, token: 6 }, { tick: 50, seq: 0, key: 'k' })
        clock.nowMs += 2 * ttlMs
        await expect(store.put({ worldId, token: 5 }, [], latestOf(60))).rejects.toMatchObject({
          code: 'tick-fence-lost',
        })
        await other.put({ worldId, token: 6 }, [tickOf(51, ['6:1:0:0'])], latestOf(51))
        expect(await store.latest(worldId)).toEqual({ ...latestOf(51), oldestTick: 51, full: null })
        expect(await readAll(store, worldId)).toEqual(plain([tickOf(51, ['6:1:0:0'])]))
      }))

    it('does not forget where a world is that stands still, sooner than its ticks', () =>
      withStores(async (store, _, clock) => {
        const fence = { worldId: newWorld(), token: 1 }
        await store.put(fence, [tickOf(1, ['6:0:0:0'])], latestOf(1))
        clock.nowMs += ttlMs - 1
        await store.put(fence, [], latestOf(60))
        clock.nowMs += ttlMs - 1
        expect(await store.latest(fence.worldId)).toEqual({ ...latestOf(60), oldestTick: null, full: null })
        await store.put(fence, [tickOf(61, ['6:0:0:0'])], latestOf(61))
        expect(await store.latest(fence.worldId)).toMatchObject({ oldestTick: 61 })
      }))

    it('holds slices of 1 MB and more, byte for byte', () =>
      withStores(async (store, other) => {
        const fence = { worldId: newWorld(), token: 1 }
        const sizes = [1_048_576, 350_000, 350_001, 1, 2_500_000]
        const slices = sizes.map((size, index) => ({ region: regionOf(index), data: randomBytes(size) }))
        await store.put(fence, [tickOf(1, [], { slices }), tickOf(2, [regionOf(0)])], latestOf(2))
        const hashes = ({ slices }: StoredTick) =>
          Object.fromEntries(
            slices.map(({ region, data }) => [region, createHash('sha256').update(data).digest('hex')]),
          )
        const [whole] = await other.read(fence.worldId, everything, '*', 1)
        expect(hashes(whole!)).toEqual(hashes({ ...whole!, slices }))
        const [some] = await other.read(fence.worldId, everything, [regionOf(4), regionOf(1)], 1)
        expect(hashes(some!)).toEqual(hashes({ ...whole!, slices: [slices[4]!, slices[1]!] }))
      }))

    it('keeps what it was given, whatever the writer does with its buffers', () =>
      withStores(async (store) => {
        const fence = { worldId: newWorld(), token: 1 }
        const arena = new Uint8Array(64).fill(7)
        await store.put(
          fence,
          [tickOf(1, [], { slices: [{ region: '6:0:0:0', data: arena.subarray(3, 6) }] })],
          latestOf(1),
        )
        arena.fill(0)
        const [tick] = await store.read(fence.worldId, everything, '*', 1)
        expect([...tick!.slices[0]!.data]).toEqual([7, 7, 7])
      }))

    it('holds 5,000 regions in one tick', () =>
      withStores(async (store, other) => {
        const fence = { worldId: newWorld(), token: 1 }
        const regions = Array.from({ length: 5_000 }, (_, index) => regionOf(index))
        const tick = tickOf(1, regions)
        await store.put(fence, [tick], latestOf(1))
        expect(await readAll(other, fence.worldId)).toEqual(plain([tick]))
        const few = [regionOf(4_999), regionOf(17)]
        const wide = regions.slice(1_000, 1_400)
        for (const wanted of [few, wide])
          expect(plain(await other.read(fence.worldId, everything, wanted, 5))).toEqual(
            plain([tickOf(1, wanted)]),
          )
      }))

    it('keeps worlds apart, whatever characters their ids have', () =>
      withStores(async (store) => {
        const base = newWorld()
        const worlds = ['', 'é', '🌍', '","*",0]', '|*|0', ':1', '.1', '\\', '/', ' ', '\u0000'].map(
          (mark) => `${base}${mark}`,
        )
        for (const [index, worldId] of worlds.entries())
          await store.put(
            { worldId, token: 1 },
            [tickOf(index + 1, [], { slices: [textSlice('6:0:0:0', `${worldId} é 🌍`)] })],
            latestOf(index + 1),
          )
        for (const [index, worldId] of worlds.entries()) {
          const [tick, ...others] = await store.read(worldId, everything, '*', 10)
          expect([tick?.tick, others]).toEqual([index + 1, []])
          expect(Buffer.from(tick!.slices[0]!.data).toString()).toBe(`${worldId} é 🌍`)
          expect((await store.latest(worldId))?.tick).toBe(index + 1)
        }
      }))

    it('shows readers whole ticks alone while they are put', () =>
      withStores(async (store, other) => {
        const fence = { worldId: newWorld(), token: 1 }
        const regionsOf = (tick: number) =>
          Array.from({ length: (tick * 37) % 90 }, (_, index) => regionOf(index))
        let isWriting = true
        let reads = 0
        const readOn = async (wanted: readonly string[] | '*'): Promise<void> => {
          for (let seen = 0; isWriting; reads++) {
            const latest = (await other.latest(fence.worldId))?.tick ?? 0
            const ticks = await other.read(fence.worldId, { fromTick: seen + 1, toTick: 1_000 }, wanted, 20)
            // nothing that latest names is missing, and nothing is half there
            expect(ticks.map(({ tick }) => tick)).toEqual(ticks.map((_, index) => seen + 1 + index))
            expect(seen + ticks.length).toBeGreaterThanOrEqual(Math.min(latest, seen + 20))
            expect(plain(ticks)).toEqual(
              plain(
                ticks.map(({ tick }) =>
                  tickOf(
                    tick,
                    regionsOf(tick).filter((region) => wanted === '*' || wanted.includes(region)),
                  ),
                ),
              ),
            )
            seen += ticks.length
            await turn()
          }
        }
        const write = async (): Promise<void> => {
          for (let tick = 1; tick <= 45; tick += 3) {
            const ticks = [tick, tick + 1, tick + 2].map((each) => tickOf(each, regionsOf(each)))
            await store.put(fence, ticks, latestOf(tick + 2))
            await turn()
          }
        }
        const writing = write().finally(() => {
          isWriting = false
        })
        await Promise.all([writing, readOn('*'), readOn([regionOf(0), regionOf(50), regionOf(80)])])
        expect(reads).toBeGreaterThan(3)
      }))

    it('does what a simple model does, in any order of what may happen', () =>
      withStores((store, other, clock) => propertyOfTickStore([store, other], clock, numRuns)))
  })
}
