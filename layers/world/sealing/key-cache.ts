export interface KeyCacheOptions {
  /** Keys in it; the oldest goes. */
  maxCount: number
  /** After which a key is asked for again. */
  maxAgeMs: number
  /** Monotonic. */
  nowMs: () => number
}

export interface KeyCache<T> {
  /** What is known under the name, or what `find` then finds; those who ask meanwhile wait for the same. */
  get(name: string, find: () => Promise<T>): Promise<T>
  forget(name: string): void
}

/** Few keys for a short time: what was unwrapped stays in memory no longer, and a rotation is noticed. */
export const createKeyCache = <T>({ maxCount, maxAgeMs, nowMs }: KeyCacheOptions): KeyCache<T> => {
  const kept = new Map<string, { found: Promise<T>; until: number }>()
  return {
    get: (name, find) => {
      const known = kept.get(name)
      if (known !== undefined && nowMs() < known.until) return known.found
      kept.delete(name)
      if (kept.size >= maxCount) kept.delete(kept.keys().next().value!)
      const entry = { found: find(), until: nowMs() + maxAgeMs }
      kept.set(name, entry)
      entry.found.catch(() => {
        if (kept.get(name) === entry) kept.delete(name)
      })
      return entry.found
    },
    forget: (name) => {
      kept.delete(name)
    },
  }
}
