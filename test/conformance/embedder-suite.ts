import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Embedder, embedderLimits } from '#chronicle/embedding/embedder'

/** What every adapter of Embedder does. */
export const describeEmbedder = (
  name: string,
  open: () => Promise<Embedder>,
  close: () => Promise<void>,
): void => {
  describe(`embedder: ${name}`, () => {
    let embedder: Embedder
    beforeAll(async () => {
      embedder = await open()
    })
    afterAll(close)

    const lengthOf = (vector: Float32Array): number =>
      Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
    const product = (a: Float32Array, b: Float32Array): number =>
      a.reduce((sum, value, index) => sum + value * b[index]!, 0)

    it('makes vectors of its dimensions and of length 1, in the order of the texts', async () => {
      const texts = [
        'Lyra lights the lantern',
        'Tom leaves the harbour',
        'x',
        '战争与和平',
        'Ärger über Öl',
        '😀',
      ]
      const vectors = await embedder.embed(texts)
      expect(vectors).toHaveLength(texts.length)
      for (const vector of vectors) {
        expect(vector).toBeInstanceOf(Float32Array)
        expect(vector).toHaveLength(embedder.dimensions)
        expect(lengthOf(vector)).toBeCloseTo(1, 5)
      }
      for (const [index, text] of texts.entries())
        expect((await embedder.embed([text]))[0]).toEqual(vectors[index])
      expect(new Set(vectors.map(String)).size).toBe(texts.length)
    })

    it('makes the same vector of the same text, whatever comes with it', async () => {
      const [first, other, second] = await embedder.embed(['the old mill', 'a new ship', 'the old mill'])
      expect(second).toEqual(first)
      expect(other).not.toEqual(first)
      expect((await embedder.embed(['the old mill']))[0]).toEqual(first)
    })

    it('finds a text closer to one of the same words than to another one', async () => {
      const [query, near, far] = await embedder.embed([
        'Lyra gives the lantern to Tom',
        'the lantern that Lyra gives Tom',
        'negotiations about grain prices failed',
      ])
      expect(product(query!, near!)).toBeGreaterThan(product(query!, far!) + 0.2)
      expect(product(query!, near!)).toBeGreaterThan(embedder.floor)
      expect(product(query!, far!)).toBeLessThan(embedder.floor)
    })

    it('makes zeros of a text in which nothing can be compared', async () => {
      const vectors = await embedder.embed(['', ' \n', '…', 'word'])
      expect(vectors.map((vector) => Math.round(lengthOf(vector)))).toEqual([0, 0, 0, 1])
      for (const vector of vectors) expect(vector).toHaveLength(embedder.dimensions)
    })

    it('takes nothing, all that it may take, and not more', async () => {
      expect(await embedder.embed([])).toEqual([])
      const { texts, characters } = embedderLimits
      expect(await embedder.embed(Array.from({ length: texts }, (_, n) => `text ${n}`))).toHaveLength(texts)
      expect(await embedder.embed(['a'.repeat(characters)])).toHaveLength(1)
      await expect(embedder.embed(Array.from({ length: texts + 1 }, () => 'a'))).rejects.toThrow(RangeError)
      await expect(embedder.embed(['fine', 'a'.repeat(characters + 1)])).rejects.toThrow('text 1 has 8193')
    })

    it('takes half a character', async () => {
      const [vector] = await embedder.embed(['lantern \ud83d'])
      expect(lengthOf(vector!)).toBeCloseTo(1, 5)
    })
  })
}
