import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OverflowKey, OverflowRequest, OverflowStore } from '#platform/overflow/overflow'

export type Apply = (key: OverflowKey, request: OverflowRequest) => Promise<void>

/** A store and what applies its requests, in one process. */
export interface OpenOverflow {
  store: OverflowStore
  /** Applies what waits; ends when nothing does, or when `apply` rejected the first request of each world that waits. */
  drain(apply: Apply): Promise<void>
}

export interface OverflowFixture {
  /** Opens the store; again: as the next process would after the one before it ended. */
  open(): Promise<OpenOverflow>
  remove(): Promise<void>
}

const earth = { tenantId: 'acme', world: 'earth' }
const mars = { tenantId: 'acme', world: 'mars' }
const otherEarth = { tenantId: 'zenith', world: 'earth' }
const keys = [earth, mars, otherEarth]

const away = new Error('the database is away')
const request = (requestId: string): OverflowRequest => ({
  requestId,
  body: { name: 'ünï\n"code" 🪐\uFFFF' },
})

/** Applies up to `limit` requests of that world into `applied`, then is away; for others it is away. */
const applyUpTo =
  (key: OverflowKey, limit: number, applied: string[]): Apply =>
  async ({ tenantId, world }, { requestId }) => {
    if (tenantId !== key.tenantId || world !== key.world || applied.length >= limit) throw away
    applied.push(requestId)
  }

/** Drains one world, and answers the ids of what it applied. */
const drainIds = async ({ drain }: OpenOverflow, key: OverflowKey, limit = 1e9): Promise<string[]> => {
  const applied: string[] = []
  await drain(applyUpTo(key, limit, applied))
  return applied
}

/** What every adapter of OverflowStore does, together with what applies its requests. */
export const describeOverflowStore = (
  name: string,
  make: () => Promise<OverflowFixture>,
  { numRuns = 60 } = {},
): void => {
  describe(`overflow store: ${name}`, () => {
    let fixture: OverflowFixture
    let overflow: OpenOverflow
    let store: OverflowStore
    const reopen = async () => {
      overflow = await fixture.open()
      store = overflow.store
    }
    beforeEach(async () => {
      fixture = await make()
      await reopen()
    })
    afterEach(() => fixture.remove())

    it('has no marker before the first request, and none when all are applied', async () => {
      expect(await store.isDiverted(earth)).toBe(false)
      expect(await drainIds(overflow, earth)).toEqual([])
      await store.divert(earth, request('a'))
      expect(await store.isDiverted(earth)).toBe(true)
      expect(await drainIds(overflow, earth)).toEqual(['a'])
      expect(await store.isDiverted(earth)).toBe(false)
    })

    it('knows what waits, also after a restart', async () => {
      await store.divert(earth, request('a'))
      await store.divert(earth, request('ab'))
      expect(await store.isWaiting(earth, 'a')).toBe(true)
      expect(await drainIds(overflow, earth, 1)).toEqual(['a'])
      await reopen()
      expect(await store.isWaiting(earth, 'a')).toBe(false)
      expect(await store.isWaiting(earth, 'ab')).toBe(true)
      expect(await store.isWaiting(otherEarth, 'ab')).toBe(false)
      await drainIds(overflow, earth)
      expect(await store.isWaiting(earth, 'ab')).toBe(false)
    })

    it('keeps worlds and tenants apart', async () => {
      await store.divert(earth, request('a'))
      await store.divert(otherEarth, request('b'))
      expect(await store.isDiverted(mars)).toBe(false)
      expect(await drainIds(overflow, earth)).toEqual(['a'])
      expect(await Promise.all(keys.map((key) => store.isDiverted(key)))).toEqual([false, false, true])
      expect(await drainIds(overflow, otherEarth)).toEqual(['b'])
    })

    it('gives requests back as they came, in order, large ones too', async () => {
      const large = { requestId: 'large', entities: ['x'.repeat(4 << 20), '🪐'] }
      const escaped = { requestId: 'escaped', name: '\uFFFF'.repeat(200_000) }
      const sent = [large, request('small'), escaped, { requestId: 'last', nothing: null }]
      for (const each of sent) await store.divert(earth, each)
      const applied: OverflowRequest[] = []
      await overflow.drain(async (key, each) => {
        expect(key).toEqual(earth)
        applied.push(each)
      })
      expect(applied).toEqual(sent)
    })

    it('stops at the request that cannot be applied and goes on with it', async () => {
      for (const id of ['a', 'b', 'c']) await store.divert(earth, request(id))
      await store.divert(mars, request('d'))
      expect(await drainIds(overflow, earth, 1)).toEqual(['a'])
      expect(await store.isDiverted(earth)).toBe(true)
      expect(await drainIds(overflow, mars)).toEqual(['d'])
      expect(await drainIds(overflow, earth)).toEqual(['b', 'c'])
      expect(await store.isDiverted(earth)).toBe(false)
    })

    it('takes at once what comes at once', async () => {
      const ids = Array.from({ length: 200 }, (_, index) => String(index))
      await Promise.all(ids.map((id) => store.divert(earth, request(id))))
      expect((await drainIds(overflow, earth)).toSorted()).toEqual(ids.toSorted())
    })

    it('has a request that came twice under one id until both are applied', async () => {
      await store.divert(earth, request('twice'))
      await store.divert(earth, request('twice'))
      expect(await drainIds(overflow, earth, 1)).toEqual(['twice'])
      expect(await store.isDiverted(earth)).toBe(true)
      expect(await drainIds(overflow, earth)).toEqual(['twice'])
      expect(await store.isWaiting(earth, 'twice')).toBe(false)
    })

    it('loses nothing that is diverted while the last request is applied', async () => {
      await store.divert(earth, request('first'))
      const applied: string[] = []
      let late: Promise<void> | undefined
      await overflow.drain(async (_, { requestId }) => {
        applied.push(requestId)
        late ??= store.divert(earth, request('late'))
      })
      await late
      expect([...applied, ...(await drainIds(overflow, earth))]).toEqual(['first', 'late'])
    })

    it('is diverted still when the last request could not be applied', async () => {
      await store.divert(earth, request('only'))
      expect(await drainIds(overflow, earth, 0)).toEqual([])
      expect(await store.isDiverted(earth)).toBe(true)
      expect(await drainIds(overflow, earth)).toEqual(['only'])
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
        { numRuns },
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
  let overflow = await fixture.open()
  let made = 0
  const accepted: string[][] = keys.map(() => [])
  const applied: string[][] = keys.map(() => [])
  /** One after the other, as a client that waits for each answer. */
  const divert = async (at: number, count: number): Promise<void> => {
    for (let index = 0; index < count; index++) {
      const requestId = String(made++)
      accepted[at]!.push(requestId)
      await overflow.store.divert(keys[at]!, request(requestId))
    }
  }
  for (const each of steps) {
    if (each.kind === 'reopen') overflow = await fixture.open()
    if (each.kind === 'divert') await divert(each.key, each.count)
    if (each.kind === 'drain') {
      const ofWorld = applied[each.key]!
      const drained = overflow.drain(applyUpTo(keys[each.key]!, ofWorld.length + each.limit, ofWorld))
      await Promise.all([drained, divert(each.key, each.meanwhile)])
    }
    await compare(overflow.store, accepted, applied)
  }
  for (const [at, each] of keys.entries()) applied[at]!.push(...(await drainIds(overflow, each)))
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
