import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type {
  CachedComponent,
  CachedCore,
  CoreRow,
  EntityCache,
  EntityName,
  LoadedEntity,
} from '#world/cache/entity-cache'

const row = (name: string, seq: number): CoreRow =>
  [
    ...[name, 'Light', ['warm', 'lit']],
    ...[1.5, -2, 3e-300, 'Health+Position', 5, seq, 1_795_000_000_000, 1_795_000_000_001],
  ] as unknown as CoreRow

const core = (name: string, seq: number, versions: Record<string, number>): CachedCore => ({
  row: row(name, seq),
  versions,
})

const component = (version: number, data: CachedComponent['data'] = { version }): CachedComponent => ({
  version,
  data,
})

const health = (version: number) => ({ Health: component(version) })
const position = (version: number) => ({ Position: component(version) })

const newName = (): EntityName => ({ tenantId: randomUUID(), worldId: randomUUID(), entityId: 'hero' })

/** What every adapter of EntityCache does; `open` answers one that this test alone uses, and closes. */
export const describeEntityCache = (name: string, open: () => Promise<EntityCache>): void => {
  describe(`entity cache: ${name}`, () => {
    const withCache = async (work: (cache: EntityCache) => Promise<void>): Promise<void> => {
      const cache = await open()
      try {
        await work(cache)
      } finally {
        await cache.close()
      }
    }

    const load = async (
      cache: EntityCache,
      loaded: Pick<LoadedEntity, 'name' | 'atSeq' | 'core' | 'components'>,
    ): Promise<void> => cache.put([{ ...loaded, checkedAt: await cache.now() }])

    /** Position of 3 and Health of 7, at seq 7. */
    const loadHero = (cache: EntityCache, hero: EntityName): Promise<void> =>
      load(cache, {
        ...{ name: hero, atSeq: 7 },
        core: core('Hero', 7, { Position: 3, Health: 7 }),
        components: { ...position(3), ...health(7) },
      })

    it('knows nothing at first, and answers what was put, with its time', () =>
      withCache(async (cache) => {
        const hero = newName()
        const before = await cache.get(hero)
        expect(before.entity).toBeUndefined()
        expect(before.answeredAt).toBeGreaterThanOrEqual(before.at)
        const data = { text: 'é \u{1f600} "quoted"', deep: [{ a: null, b: [1e21, -0.5, true] }], '': {} }
        await cache.put([
          {
            ...{ name: hero, atSeq: 7, checkedAt: before.at, core: core('Hero', 7, { Extra: 6 }) },
            components: { Extra: component(6, data) },
          },
        ])
        const { entity } = await cache.get(hero)
        expect(entity).toEqual({
          checkedAt: before.at,
          core: core('Hero', 7, { Extra: 6 }),
          components: { Extra: component(6, data) },
        })
      }))

    it('knows that an entity does not exist, until it is created', () =>
      withCache(async (cache) => {
        const hero = newName()
        await load(cache, { name: hero, atSeq: 7, core: null, components: {} })
        expect((await cache.get(hero)).entity).toMatchObject({ core: null, components: {} })
        await cache.invalidate([{ name: hero, seq: 8, components: 'all' }])
        expect((await cache.get(hero)).entity?.core).toBeUndefined()
      }))

    it('drops the core and the components that an event touched, and keeps the others', () =>
      withCache(async (cache) => {
        const hero = newName()
        await loadHero(cache, hero)
        await cache.invalidate([{ name: hero, seq: 8, components: ['Health', 'Unknown'] }])
        const { entity } = await cache.get(hero)
        expect(entity!.core).toBeUndefined()
        expect(entity!.components).toEqual(position(3))
        await cache.invalidate([{ name: hero, seq: 9, components: 'all' }])
        expect((await cache.get(hero)).entity?.components ?? {}).toEqual({})
      }))

    it('keeps the components whose version a load confirms, and no other', () =>
      withCache(async (cache) => {
        const hero = newName()
        await loadHero(cache, hero)
        await load(cache, {
          ...{ name: hero, atSeq: 9, core: core('Hero', 9, { Position: 3, Health: 9, Name: 8 }) },
          components: { ...health(9) },
        })
        const { entity } = await cache.get(hero)
        expect(entity!.core).toEqual(core('Hero', 9, { Position: 3, Health: 9, Name: 8 }))
        expect(entity!.components).toEqual({ ...position(3), ...health(9) })
        await load(cache, {
          ...{ name: hero, atSeq: 11, core: core('Hero', 11, { Position: 11 }), components: {} },
        })
        expect((await cache.get(hero)).entity!.components).toEqual({})
      }))

    it('takes no load that an event, or another load, has overtaken', () =>
      withCache(async (cache) => {
        const hero = newName()
        const old = {
          ...{ name: hero, atSeq: 7, checkedAt: await cache.now() },
          ...{ core: core('Old', 7, { Health: 7 }), components: health(7) },
        }
        // nothing is kept, and an event comes while the load is under way
        await cache.invalidate([{ name: hero, seq: 8, components: ['Health'] }])
        await cache.put([old])
        expect((await cache.get(hero)).entity?.core).toBeUndefined()
        expect((await cache.get(hero)).entity?.components ?? {}).toEqual({})
        const next = { ...old, atSeq: 8, core: core('New', 8, { Health: 8 }), components: health(8) }
        await cache.put([next])
        await cache.put([old])
        expect((await cache.get(hero)).entity).toMatchObject({ core: next.core, components: next.components })
        // deleted: what was loaded before that does not come back
        await cache.invalidate([{ name: hero, seq: 9, components: 'all' }])
        await cache.put([next])
        expect((await cache.get(hero)).entity?.core).toBeUndefined()
      }))

    it('ignores events that a load had seen, late or twice, and takes those that come out of order', () =>
      withCache(async (cache) => {
        const hero = newName()
        await loadHero(cache, hero)
        await cache.invalidate([
          { name: hero, seq: 7, components: ['Health'] },
          { name: hero, seq: 2, components: 'all' },
        ])
        expect((await cache.get(hero)).entity!.components).toEqual({ ...position(3), ...health(7) })
        await cache.invalidate([{ name: hero, seq: 9, components: ['Health'] }])
        await cache.invalidate([{ name: hero, seq: 8, components: ['Position'] }])
        await cache.invalidate([{ name: hero, seq: 8, components: ['Position'] }])
        expect((await cache.get(hero)).entity?.components ?? {}).toEqual({})
        // the later event still counts
        await load(cache, { name: hero, atSeq: 8, core: core('Old', 8, {}), components: {} })
        expect((await cache.get(hero)).entity?.core).toBeUndefined()
      }))

    it('is as young as the youngest load that confirmed it', () =>
      withCache(async (cache) => {
        const hero = newName()
        const first = await cache.now()
        const loaded = { name: hero, atSeq: 7, core: core('Hero', 7, {}), components: {} }
        await cache.put([{ ...loaded, checkedAt: first - 500 }])
        expect((await cache.get(hero)).entity!.checkedAt).toBe(first - 500)
        await cache.put([{ ...loaded, checkedAt: first }])
        await cache.put([{ ...loaded, checkedAt: first - 200 }])
        expect((await cache.get(hero)).entity!.checkedAt).toBe(first)
      }))

    it('never answers with what has another name, whatever characters names are made of', () =>
      withCache(async (cache) => {
        const part = fc.string({
          unit: fc.constantFrom('a', ':', '"', ',', '\\', '{', '}', ' ', '/', '1'),
          maxLength: 4,
        })
        const names = fc.uniqueArray(fc.record({ tenantId: part, worldId: part, entityId: part }), {
          minLength: 2,
          maxLength: 12,
          selector: ({ tenantId, worldId, entityId }) => `${tenantId}|${worldId}|${entityId}`,
        })
        await fc.assert(
          fc.asyncProperty(names, async (parts) => {
            // a run has names of its own, of which its parts stay what may be mistaken
            const run = randomUUID()
            const own = parts.map(({ tenantId, ...rest }) => ({ ...rest, tenantId: `${tenantId}${run}` }))
            for (const [index, each] of own.entries())
              await load(cache, {
                ...{ name: each, atSeq: 1, core: core(String(index), 1, { Health: 1 }) },
                components: { Health: component(1, { index }) },
              })
            for (const [index, each] of own.entries()) {
              const { entity } = await cache.get(each)
              expect(entity?.core?.row[0]).toBe(String(index))
              expect(entity?.components.Health?.data).toEqual({ index })
            }
          }),
          { numRuns: 60 },
        )
        for (const [one, other] of mistakable) {
          await load(cache, { name: one, atSeq: 1, core: core('one', 1, {}), components: {} })
          expect((await cache.get(other)).entity).toBeUndefined()
          await cache.invalidate([{ name: other, seq: 5, components: 'all' }])
          expect((await cache.get(one)).entity?.core?.row[0]).toBe('one')
        }
      }))
  })
}

const world = randomUUID()

/** Pairs that are the same where parts are joined by a separator that they may contain. */
const mistakable: [EntityName, EntityName][] = [':', '/', '","', '\\', '|', '\u0000', '}{'].flatMap(
  (mark) => [
    [
      { tenantId: `a${mark}b`, worldId: world, entityId: 'x' },
      { tenantId: 'a', worldId: `b${mark}${world}`, entityId: 'x' },
    ],
    [
      { tenantId: 'a', worldId: world, entityId: `${mark}x` },
      { tenantId: 'a', worldId: `${world}${mark}`, entityId: 'x' },
    ],
    [
      { tenantId: `t${mark}`, worldId: world, entityId: 'x' },
      { tenantId: 't', worldId: world, entityId: 'x' },
    ],
  ],
)
