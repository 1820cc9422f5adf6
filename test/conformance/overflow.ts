import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OverflowKey, OverflowRequest, OverflowStore } from '#platform/overflow/overflow'

export interface OverflowFixture {
  /** Opens the store; again: as the next process would after the one before it ended. */
  open(): Promise<OverflowStore>
  remove(): Promise<void>
}

const earth = { tenantId: 'acme', world: 'earth' }
const mars = { tenantId: 'acme', world: 'mars' }
const otherEarth = { tenantId: 'zenith', world: 'earth' }
const keys = [earth, mars, otherEarth]

const away = new Error('the database is away')
const request = (requestId: string): OverflowRequest => ({ requestId, body: { name: 'ünï\n"code"' } })

/** Applies up to `limit` requests into `applied`, then is away. */
const applyUpTo = (limit: number, applied: string[]) => async (waiting: OverflowRequest) => {
  if (applied.length >= limit) throw away
  applied.push(waiting.requestId)
}

export const drainIds = async (store: OverflowStore, key: OverflowKey): Promise<string[]> => {
  const applied: string[] = []
  await store.drain(key, applyUpTo(Number.POSITIVE_INFINITY, applied))
  return applied
}

/** What every adapter of OverflowStore does. */
export const describeOverflowStore = (name: string, make: () => Promise<OverflowFixture>): void => {
  describe(`overflow store: ${name}`, () => {
    let fixture: OverflowFixture
    let store: OverflowStore
    beforeEach(async () => {
      fixture = await make()
      store = await fixture.open()
    })
    afterEach(() => fixture.remove())

    it('has no marker before the first request', async () => {
      expect(await store.isDiverted(earth)).toBe(false)
      expect(await store.divertedKeys()).toEqual([])
      expect(await store.drain(earth, async () => {})).toBe(0)
    })

    it('knows what waits, also after a restart', async () => {
      await store.divert(earth, request('a'))
      await store.divert(earth, request('b'))
      await store.drain(earth, applyUpTo(1, [])).catch(() => {})
      store = await fixture.open()
      expect(await store.isWaiting(earth, 'a')).toBe(false)
      expect(await store.isWaiting(earth, 'b')).toBe(true)
      expect(await store.isWaiting(otherEarth, 'b')).toBe(false)
      await store.drain(earth, async () => {})
      expect(await store.isWaiting(earth, 'b')).toBe(false)
    })

    it('keeps worlds and tenants apart', async () => {
      await store.divert(earth, request('a'))
      await store.divert(otherEarth, request('b'))
      expect(await store.isDiverted(mars)).toBe(false)
      expect(await drainIds(store, earth)).toEqual(['a'])
      expect(await store.isDiverted(otherEarth)).toBe(true)
      expect(await store.divertedKeys()).toEqual([otherEarth])
    })

    it('gives a request back as it came, in order', async () => {
      const large = { requestId: 'large', entities: ['x'.repeat(5 << 20)] }
      await store.divert(earth, large)
      await store.divert(earth, request('small'))
      const applied: OverflowRequest[] = []
      expect(
        await store.drain(earth, async (each) => {
          applied.push(each)
        }),
      ).toBe(2)
      expect(applied).toEqual([large, request('small')])
    })

    it('stops at the request that cannot be applied and goes on with it', async () => {
      for (const id of ['a', 'b', 'c']) await store.divert(earth, request(id))
      const applied: string[] = []
      await expect(store.drain(earth, applyUpTo(1, applied))).rejects.toBe(away)
      expect(await store.isDiverted(earth)).toBe(true)
      expect([applied, await drainIds(store, earth)]).toEqual([['a'], ['b', 'c']])
      expect(await store.isDiverted(earth)).toBe(false)
    })

    it('appends at once what comes at once', async () => {
      const ids = Array.from({ length: 500 }, (_, index) => String(index))
      await Promise.all(ids.map((id) => store.divert(earth, request(id))))
      expect(await drainIds(store, earth)).toEqual(ids)
    })

    it('loses nothing that is diverted while the last request is applied', async () => {
      await store.divert(earth, request('first'))
      const applied: string[] = []
      let late: Promise<void> | undefined
      await store.drain(earth, async ({ requestId }) => {
        applied.push(requestId)
        late ??= store.divert(earth, request('late'))
      })
      await late
      expect([...applied, ...(await drainIds(store, earth))]).toEqual(['first', 'late'])
    })

    it('answers who asks while the last request is applied when it has been', async () => {
      await store.divert(earth, request('only'))
      let answer: Promise<boolean> | undefined
      const order: string[] = []
      await store.drain(earth, async () => {
        answer ??= store.isDiverted(earth).finally(() => order.push('answered'))
        await Promise.resolve()
        order.push('applied')
      })
      expect([await answer, order]).toEqual([false, ['applied', 'answered']])
    })

    it('is diverted still when the last request could not be applied', async () => {
      await store.divert(earth, request('only'))
      let answer: Promise<boolean> | undefined
      const drained = store.drain(earth, async () => {
        answer ??= store.isDiverted(earth)
        throw away
      })
      await expect(drained).rejects.toBe(away)
      expect(await answer).toBe(true)
    })

    it('lets one drain of a world run at a time', async () => {
      for (let index = 0; index < 20; index += 1) await store.divert(earth, request(String(index)))
      const applied: string[] = []
      const apply = applyUpTo(Number.POSITIVE_INFINITY, applied)
      const counts = await Promise.all([store.drain(earth, apply), store.drain(earth, apply)])
      expect(counts).toEqual([20, 0])
      expect(applied).toEqual(Array.from({ length: 20 }, (_, index) => String(index)))
    })

    it('holds what waits for the process that comes after it', async () => {
      for (const id of ['a', 'b', 'c']) await store.divert(earth, request(id))
      await expect(store.drain(earth, applyUpTo(1, []))).rejects.toBe(away)
      const next = await fixture.open()
      expect(await next.divertedKeys()).toEqual([earth])
      expect(await next.isWaiting(earth, 'a')).toBe(false)
      expect(await next.isWaiting(earth, 'b')).toBe(true)
      expect(await drainIds(next, earth)).toEqual(['b', 'c'])
    })

    it('behaves as a list for each world does, whatever is done in whatever order', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const own = await make()
          try {
            await runModel(own, steps)
          } finally {
            await own.remove()
          }
        }),
        { numRuns: 60 },
      )
    })
  })
}

type Step =
  | { kind: 'divert'; key: number; count: number }
  | { kind: 'drain'; key: number; limit: number; meanwhile: number }
  | { kind: 'reopen' }

const key = fc.nat({ max: keys.length - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('divert'), key, count: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('drain'),
      key,
      limit: fc.nat({ max: 8 }),
      meanwhile: fc.nat({ max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen') }) },
) as fc.Arbitrary<Step>

/** Every request that was accepted is in exactly one of `waiting` and `applied`, in order. */
const runModel = async (fixture: OverflowFixture, steps: Step[]): Promise<void> => {
  let store = await fixture.open()
  let made = 0
  const accepted: string[][] = keys.map(() => [])
  const applied: string[][] = keys.map(() => [])
  const divert = (at: number): Promise<void> => {
    const requestId = String(made++)
    accepted[at]!.push(requestId)
    return store.divert(keys[at]!, request(requestId))
  }
  for (const each of steps) {
    if (each.kind === 'reopen') store = await fixture.open()
    if (each.kind === 'divert') await Promise.all(Array.from({ length: each.count }, () => divert(each.key)))
    if (each.kind === 'drain') {
      const limit = applied[each.key]!.length + each.limit
      const drained = store.drain(keys[each.key]!, applyUpTo(limit, applied[each.key]!))
      await Promise.all(Array.from({ length: each.meanwhile }, () => divert(each.key)))
      await drained.catch((error: unknown) => expect(error).toBe(away))
    }
    await compare(store, accepted, applied)
  }
  for (const [at, each] of keys.entries()) applied[at]!.push(...(await drainIds(store, each)))
  expect(applied).toEqual(accepted)
}

const compare = async (store: OverflowStore, accepted: string[][], applied: string[][]): Promise<void> => {
  for (const [at, each] of keys.entries()) {
    expect(applied[at]).toEqual(accepted[at]!.slice(0, applied[at]!.length))
    const waits = applied[at]!.length < accepted[at]!.length
    // an empty overflow may keep its marker until the drain that finds it empty
    if (waits) expect(await store.isDiverted(each)).toBe(true)
  }
}
