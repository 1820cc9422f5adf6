import type { VectorCandidate } from '../vector-store.ts'

/** The best of many candidates that are looked at once, in any order. */
export interface Ranking {
  /** `bytes`: the vector's float32s, little-endian; read before it returns. */
  add(candidate: Omit<VectorCandidate, 'score'>, bytes: Uint8Array): void
  /** Best first, of equal score by chronicle and event. */
  best(): VectorCandidate[]
}

/**
 * Keeps the `count` candidates whose vectors have the largest product with `query`, as doubles, in a fixed order of
 * addition. One of another length has nothing in common with it and is passed over.
 */
export const createRanking = (query: Float32Array, count: number): Ranking => {
  const floats = new Float32Array(query.length)
  const target = new Uint8Array(floats.buffer)
  let kept: VectorCandidate[] = []
  // of the last one that may still be in the answer
  let bar = Number.NEGATIVE_INFINITY
  const cut = (): void => {
    kept = kept.sort(compareCandidates).slice(0, count)
    if (kept.length === count) bar = kept.at(-1)?.score ?? bar
  }
  return {
    add: ({ chronicleId, eventId, version }, bytes) => {
      if (bytes.length !== target.length) return
      // a row's bytes begin anywhere, and floats only at multiples of four
      target.set(bytes)
      const score = productOf(query, floats)
      if (score < bar) return
      kept.push({ chronicleId, eventId, version, score })
      if (kept.length >= count * 2 + 64) cut()
    },
    best: () => {
      cut()
      return kept
    },
  }
}

/** Four sums at a time: each addition would otherwise wait for the one before. */
const productOf = (a: Float32Array, b: Float32Array): number => {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  const end = a.length - (a.length % 4)
  for (let index = 0; index < end; index += 4) {
    s0 += a[index]! * b[index]!
    s1 += a[index + 1]! * b[index + 1]!
    s2 += a[index + 2]! * b[index + 2]!
    s3 += a[index + 3]! * b[index + 3]!
  }
  for (let index = end; index < a.length; index++) s0 += a[index]! * b[index]!
  return s0 + s1 + (s2 + s3)
}

/** Ids in the order of their bytes, which is PostgreSQL's order of COLLATE "C". */
const compareCandidates = (a: VectorCandidate, b: VectorCandidate): number =>
  b.score - a.score || compareText(a.chronicleId, b.chronicleId) || compareText(a.eventId, b.eventId)

const compareText = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
