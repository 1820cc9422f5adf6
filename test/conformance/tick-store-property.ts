import fc from 'fast-check'
import { expect } from 'vitest'
import { type StoredTick, TickFenceLost, type TickStore } from '#sync/tick-store'
import { emptyModel, latestInModel, putFullInModel, putInModel, readModel } from './tick-store-model.ts'
import { latestOf, newWorld, plain, regionOf, textSlice, tickOf, ttlMs } from './tick-store-ticks.ts'

const store = fc.nat({ max: 1 })
const token = fc.integer({ min: 0, max: 3 })
const region = fc.nat({ max: 5 }).map(regionOf)

const slices = fc
  .uniqueArray(fc.tuple(region, fc.string({ maxLength: 300, unit: 'binary' })), {
    selector: ([name]) => name,
  })
  .map((pairs) => pairs.map(([name, text]) => textSlice(name, text)))

/** Each tick so far after the one before it. */
const ticks = fc.array(
  fc.record({ gap: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(700)), slices }),
  {
    maxLength: 4,
  },
)

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('put' as const), store, token, ticks, ahead: fc.nat(3) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const), store, token, which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('full' as const), store, token, key: fc.string() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.oneof(fc.nat({ max: 250_000 }), fc.constantFrom(1, ttlMs - 1, ttlMs)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ do: fc.constant('read' as const), store },
      fromTick: fc.nat({ max: 3_000 }),
      length: fc.oneof(fc.nat({ max: 10 }), fc.constant(100_000)),
      regions: fc.oneof(fc.constant('*' as const), fc.array(region, { maxLength: 4 })),
      limit: fc.nat({ max: 8 }),
    }),
  },
)

/** Random histories of a world in both stores, which hold the same, beside the model. */
export const propertyOfTickStore = async (
  stores: readonly TickStore[],
  clock: { nowMs: number },
  numRuns: number,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const worldId = newWorld()
      const model = emptyModel()
      const puts: { ticks: StoredTick[]; latest: ReturnType<typeof latestOf> }[] = []
      // tokens grow with what has been written, as those of leases do
      const fenceOf = (back: number) => ({
        worldId,
        token: Math.max(1, 10 + Math.floor(puts.length / 4) - back),
      })

      const put = async (index: number, back: number, { ticks, latest }: (typeof puts)[number]) => {
        const fence = fenceOf(back)
        const isHeld = putInModel(model, fence, ticks, latest, clock.nowMs, ttlMs)
        await expectHeld(isHeld, stores[index]!.put(fence, ticks, latest))
      }

      for (const each of steps) {
        if (each.do === 'wait') clock.nowMs += each.ms
        else if (each.do === 'put') {
          let last = puts.at(-1)?.latest.tick ?? 0
          const made = each.ticks.map(({ gap, slices }) => tickOf((last += gap), [], { slices }))
          puts.push({ ticks: made, latest: latestOf(last + each.ahead) })
          await put(each.store, each.token, puts.at(-1)!)
        } else if (each.do === 'again') {
          if (puts.length > 0) await put(each.store, each.token, puts[each.which % puts.length]!)
        } else if (each.do === 'full') {
          const full = { tick: puts.at(-1)?.latest.tick ?? 0, seq: 5, key: each.key }
          const fence = fenceOf(each.token)
          const isHeld = putFullInModel(model, fence, full, clock.nowMs, ttlMs)
          await expectHeld(isHeld, stores[each.store]!.putFull(fence, full))
        } else {
          const range = { fromTick: each.fromTick, toTick: each.fromTick + each.length }
          const found = await stores[each.store]!.read(worldId, range, each.regions, each.limit)
          expect(plain(found)).toEqual(plain(readModel(model, range, each.regions, each.limit, clock.nowMs)))
        }
        const latest = await stores[0]!.latest(worldId)
        expect(latest).toEqual(latestInModel(model, clock.nowMs))
      }
      const all = { fromTick: 0, toTick: Number.MAX_SAFE_INTEGER }
      expect(plain(await stores[1]!.read(worldId, all, '*', 1_000))).toEqual(
        plain(readModel(model, all, '*', 1_000, clock.nowMs)),
      )
    }),
    { numRuns },
  )

const expectHeld = async (isHeld: boolean, done: Promise<void>): Promise<void> => {
  if (isHeld) await done
  else await expect(done).rejects.toBeInstanceOf(TickFenceLost)
}
