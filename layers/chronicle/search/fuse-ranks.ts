/** A key of the lists, with what its places in them add up to. */
export interface Fused {
  key: string
  score: number
}

/** How much the first places count more than later ones; 60 is the value of Cormack, Clarke and Büttcher (SIGIR 2009). */
const smoothing = 60

/**
 * One ranking out of several, each with its best key first and no key twice, by reciprocal rank fusion: a key scores
 * 1 / (60 + place) for each list it is in. Keys of equal score are in order of their text.
 */
export const fuseRanks = (lists: readonly (readonly string[])[]): Fused[] => {
  const scores = new Map<string, number[]>()
  for (const list of lists) {
    for (const [index, key] of list.entries()) {
      const parts = scores.get(key)
      if (parts === undefined) scores.set(key, [1 / (smoothing + index + 1)])
      else parts.push(1 / (smoothing + index + 1))
    }
  }
  return (
    [...scores]
      // largest part first, so that the sum does not depend on the order of the lists
      .map(([key, parts]) => ({
        key,
        score: parts.sort((a, b) => b - a).reduce((sum, part) => sum + part, 0),
      }))
      .sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1))
  )
}
