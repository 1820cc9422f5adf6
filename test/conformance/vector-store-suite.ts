import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { normalise } from '#chronicle/embedding/embedder'
import { searchByVector, type VectorSearch } from '#chronicle/embedding/search-by-vector'
import type { EventVector, VectorStore } from '#chronicle/embedding/vector-store'
import { defaultToldAt, putStory, type StoryRow } from '../support/story-events.ts'

/** A migrated database, as whoever asks. */
export interface VectorDatabase {
  admin(work: (client: pg.ClientBase) => Promise<void>): Promise<void>
  background<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T>
  /** In a transaction of the tenant. */
  app<T>(tenantId: string, work: (client: pg.ClientBase) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const tenantId = 'ours'
const embedder = 'test/8'

/** A unit vector of 8 dimensions, in the direction of a few numbers. */
const vectorOf = (...values: number[]): Float32Array => {
  const vector = new Float32Array(8)
  vector.set(values)
  return normalise(vector)
}

/** What every adapter of VectorStore does, beneath the search that uses it. */
export const describeVectorStore = (
  name: string,
  store: VectorStore,
  open: () => Promise<VectorDatabase>,
): void => {
  describe(`vector store: ${name}`, () => {
    let database: VectorDatabase
    beforeAll(async () => {
      database = await open()
    })
    afterAll(() => database?.close())

    /** A world of these events, with a vector each. */
    const worldOf = async (
      rows: (Omit<StoryRow, 'worldId' | 'tenantId' | 'seq' | 'summary'> & { vector: Float32Array })[],
      owner = tenantId,
    ): Promise<string> => {
      const worldId = randomUUID()
      const events = rows.map((row, seq) => ({ ...row, worldId, tenantId: owner, seq, summary: row.eventId }))
      await database.admin((client) => putStory(client, events))
      await put(
        worldId,
        rows.map(({ toldAt = defaultToldAt, ...row }, seq) => ({
          ...{ chronicleId: 'c', version: 1, seq, toldAtMs: Date.parse(toldAt), ...row },
        })),
      )
      return worldId
    }
    const put = (worldId: string, vectors: EventVector[]): Promise<void> =>
      database.background((client) => store.put(client, worldId, embedder, vectors))
    const find = (worldId: string, search: Partial<VectorSearch>, owner = tenantId) =>
      database.app(owner, (client) =>
        searchByVector(client, worldId, { vector: vectorOf(1), embedder, limit: 10, ...search }, store),
      )
    const idsOf = async (...question: Parameters<typeof find>): Promise<string[]> =>
      (await find(...question)).hits.map(({ eventId }) => eventId)

    it('finds the closest first, by cosine, as many as are wanted', async () => {
      const worldId = await worldOf([
        { eventId: 'opposite', vector: vectorOf(-1) },
        { eventId: 'half', vector: vectorOf(1, 1) },
        { eventId: 'same', vector: vectorOf(1) },
        { eventId: 'across', vector: vectorOf(0, 1) },
      ])
      const { hits, isComplete } = await find(worldId, {})
      expect(isComplete).toBe(true)
      expect(hits.map(({ eventId }) => eventId)).toEqual(['same', 'half', 'across', 'opposite'])
      for (const [index, score] of [1, Math.SQRT1_2, 0, -1].entries())
        expect(hits[index]!.score).toBeCloseTo(score, 5)
      expect(await idsOf(worldId, { limit: 2 })).toEqual(['same', 'half'])
    })

    it('has equal ones in order of chronicle and event, by their bytes', async () => {
      const vector = vectorOf(1, 2)
      const ids = ['b', '😀', 'a', '～', 'B']
      const rows = ids.map((eventId) => ({ eventId, vector }))
      const worldId = await worldOf([{ eventId: 'z', chronicleId: 'b', vector }, ...rows])
      expect(await idsOf(worldId, {})).toEqual(['z', 'B', 'a', 'b', '～', '😀'])
      expect(await idsOf(worldId, { limit: 3 })).toEqual(['z', 'B', 'a'])
    })

    it('agrees with products of all vectors, whatever they are', async () => {
      const value = fc.integer({ min: -4, max: 4 })
      const vector = fc
        .array(value, { minLength: 8, maxLength: 8 })
        .filter((values) => values.some((v) => v !== 0))
      await fc.assert(
        fc.asyncProperty(
          vector,
          fc.array(vector, { minLength: 1, maxLength: 60 }),
          async (query, vectors) => {
            const rows = vectors.map((values, n) => ({ eventId: `e${n}`, vector: vectorOf(...values) }))
            const worldId = await worldOf(rows)
            const { hits } = await find(worldId, { vector: vectorOf(...query), limit: 100 })
            expect(hits).toHaveLength(rows.length)
            const wanted = vectorOf(...query)
            const scoreOf = (eventId: string) =>
              rows
                .find((row) => row.eventId === eventId)!
                .vector.reduce((sum, v, at) => sum + v * wanted[at]!, 0)
            for (const [index, { eventId, score }] of hits.entries()) {
              expect(score).toBeCloseTo(scoreOf(eventId), 5)
              if (index > 0) expect(score).toBeLessThanOrEqual(hits[index - 1]!.score)
            }
          },
        ),
        { numRuns: 10 },
      )
    })

    it('keeps to a chronicle and to times of the story, both ends included', async () => {
      const at = (year: number) => `${year}-01-01T00:00:00.000Z`
      const vector = vectorOf(1)
      const worldId = await worldOf([
        { eventId: 'a', toldAt: at(1200), vector },
        { eventId: 'b', toldAt: at(1201), vector },
        { eventId: 'c', toldAt: at(1202), vector },
        { eventId: 'd', toldAt: at(1201), chronicleId: 'other', vector },
      ])
      expect(await idsOf(worldId, { from: at(1201), to: at(1202), chronicleId: 'c' })).toEqual(['b', 'c'])
      expect(await idsOf(worldId, { to: at(1201) })).toEqual(['a', 'b', 'd'])
      expect(await idsOf(worldId, { chronicleId: 'other' })).toEqual(['d'])
      expect(await idsOf(worldId, { chronicleId: 'none' })).toEqual([])
    })

    it('does not find what was changed or retracted since, however much of it there is', async () => {
      const rows = Array.from({ length: 300 }, (_, n) => ({
        eventId: `e${n}`,
        vector: vectorOf(1, n / 1_000),
      }))
      const worldId = await worldOf(rows)
      const event = { worldId, tenantId, seq: 1_000, summary: 'x' }
      await database.admin((client) =>
        putStory(
          client,
          rows
            .slice(0, 200)
            .map(({ eventId }, n) =>
              n % 2 === 0 ? { ...event, eventId, version: 2 } : { ...event, eventId, retracted: true },
            ),
        ),
      )
      expect(await idsOf(worldId, { limit: 3 })).toEqual(['e200', 'e201', 'e202'])
    })

    it('takes no vector of an event that has changed, is retracted or is not there, and none back', async () => {
      const worldId = await worldOf([{ eventId: 'a', version: 3, vector: vectorOf(0, 1) }])
      const late = { chronicleId: 'c', seq: 0, toldAtMs: Date.parse(defaultToldAt), vector: vectorOf(1) }
      await put(worldId, [
        { ...late, eventId: 'a', version: 2 },
        { ...late, eventId: 'gone', version: 1 },
      ])
      const { hits } = await find(worldId, {})
      expect(hits).toMatchObject([{ chronicleId: 'c', eventId: 'a' }])
      expect(hits[0]!.score).toBeCloseTo(0, 6)
      await put(worldId, [{ ...late, eventId: 'a', version: 3 }])
      expect((await find(worldId, {})).hits[0]!.score).toBeCloseTo(1, 6)
    })

    it('compares vectors of one embedder, of one world', async () => {
      const worldId = await worldOf([{ eventId: 'a', vector: vectorOf(1) }])
      await worldOf([{ eventId: 'elsewhere', vector: vectorOf(1) }])
      expect(await idsOf(worldId, {})).toEqual(['a'])
      expect(await idsOf(worldId, { embedder: 'other/8' })).toEqual([])
    })

    it('shows a tenant nothing of another one', async () => {
      const worldId = await worldOf([{ eventId: 'theirs', vector: vectorOf(1) }], 'theirs')
      expect(await idsOf(worldId, {}, 'theirs')).toEqual(['theirs'])
      expect(await find(worldId, {}, tenantId)).toEqual({ hits: [], isComplete: true })
      expect(await idsOf(worldId, {}, '')).toEqual([])
    })

    it('finds nothing for a vector of zeros, and refuses a limit that is none', async () => {
      const worldId = await worldOf([{ eventId: 'a', vector: vectorOf(1) }])
      expect(await idsOf(worldId, { vector: new Float32Array(8) })).toEqual([])
      for (const limit of [0, 1_001, 1.5]) await expect(find(worldId, { limit })).rejects.toThrow('limit')
    })
  })
}
